#!/bin/bash
# Fuzzes what the inspector reads: Tests/Fuzz/inspection.sh [SECONDS], 60 by default. An input that breaks a promise is
# left in the folder that the last line names; make it a case of Tests/InspectionTests or Tests/HTTPRulesTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/inspection}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address -I "$build")
module() {
    local name=$1
    shift
    swiftc "${flags[@]}" -emit-module -module-name "$name" -c -o "$name.o" "$@"
}
for name in Diagnostics StrictJSON Hosts HTTPRules; do
    mapfile -t files < <(find "$root/Sources/$name" -name '*.swift')
    module "$name" "${files[@]}"
done
module Egress "$root"/Sources/Egress/Wire/*.swift "$root"/Sources/Egress/Inspected/*.swift
swiftc "${flags[@]}" -module-name InspectionFuzzer "$root/Tests/Fuzz/InspectionFuzzer/InspectionFuzzer.swift" \
    "$root"/Sources/Inspection/Scrubbing/*.swift "$root/Sources/Inspection/Credentials/PlaceholderScan.swift" \
    Diagnostics.o StrictJSON.o Hosts.o HTTPRules.o Egress.o -o inspection-fuzzer
seed() { printf '%s' "$1" >"corpus/seed-$(printf '%s' "$1" | cksum | cut -d' ' -f1)"; }
for text in '/repos/*/a%20b/**' '/a/%2e%2e/%252f;x' '/a*b' '{"closed":[],"injections":[{"name":"a","uses":1,"scrubbed":2,"cookies":0,"refusals":{"count":1}}]}' \
    'agentbox-abcdefghijklmnopqrstuvwxyz234567 and more' 'aaaabcdefghijklmn%62\u0063&#100;&amp;YmNkZWZnaGlqaw==' \
    '{"open":[{"egress":{"to":"a:1","opened":[],"connections":1,"bytes":1,"milliseconds":1},"trust":[],"rules":[{"methods":["GET"],"paths":["/a"],"body":1}]}],"injections":[]}'; do
    seed "$text"
done
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./inspection-fuzzer -max_total_time="${1:-60}" -max_len=2048 -timeout=20 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
