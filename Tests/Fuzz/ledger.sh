#!/bin/bash
# Fuzzes what is read of the ledger's files: notes, checkpoints, proofs, keys, bundles, frames, records and HTTP answers:
# Tests/Fuzz/ledger.sh [SECONDS], 60 by default. Needs `swift build --target Ledger`, from which it takes swift-crypto. An
# input that breaks a promise is left in the folder that the last line names; make it a case of Tests/LedgerTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/ledger}
built=$(cd "$root/.build/debug" && pwd -P)
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -enable-testing -package-name agentbox -sanitize=fuzzer,address
    -I "$build" -I "$root/Sources/CSandbox/include" -I "$built/Modules")
mkdir -p c
(cd c && clang -std=gnu17 -O1 -g -fsanitize=fuzzer-no-link,address -I "$root/Sources/CSandbox/include" -c \
    "$root"/Sources/CSandbox/*.c)
objects=(c/*.o)
printf 'module CSandbox { umbrella "%s" export * }\n' "$root/Sources/CSandbox/include" >module.modulemap
for module in CryptoBoringWrapper CCryptoBoringSSL CCryptoBoringSSLShims CXKCPShims CXKCP CryptoExtras; do
    [[ -f $root/.build/checkouts/swift-crypto/Sources/$module/include/module.modulemap ]] || continue
    flags+=(-Xcc -fmodule-map-file="$root/.build/checkouts/swift-crypto/Sources/$module/include/module.modulemap")
done
for module in Diagnostics StrictJSON LinuxIO Ledger; do
    find "$root/Sources/$module" -name '*.swift' -print0 |
        xargs -0 swiftc "${flags[@]}" -emit-module -module-name "$module" -c -o "$module.module.o"
    objects+=("$module.module.o")
done
mapfile -t crypto < <(find "$built"/{Crypto,CryptoBoringWrapper,CCryptoBoringSSL,CCryptoBoringSSLShims,CXKCP,CXKCPShims}.build \
    -name '*.o' 2>/dev/null)
swiftc "${flags[@]}" -module-name LedgerFuzzer "$root/Tests/Fuzz/LedgerFuzzer/LedgerFuzzer.swift" "${objects[@]}" \
    "${crypto[@]}" -lstdc++ -o fuzzer
export FUZZ_SEEDS=$build/corpus SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./fuzzer -runs=1 >/dev/null 2>&1 || true
unset FUZZ_SEEDS
./fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=10 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
