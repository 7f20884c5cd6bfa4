#!/bin/bash
# Fuzzes what is read of the kernel's audit: Tests/Fuzz/audit.sh [SECONDS], 60 by default. An input that breaks a promise is
# left in the folder that the last line names; make it a case of Tests/SandboxTests/Audit.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/audit}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address)
swiftc "${flags[@]}" -module-name AuditFuzzer "$root/Tests/Fuzz/AuditFuzzer/AuditFuzzer.swift" \
    "$root"/Sources/Sandbox/Audit/Audit{Text,Record,Mark,Rule,Status,Correlation}.swift -o audit-fuzzer
seed() { printf "$1" >"corpus/seed-$(printf '%s' "$1" | cksum | cut -d' ' -f1)"; }
denial='audit(1796089362.899:69%d): domain=18d611b5c blockers=fs.read_file,fs.execute path="/usr/bin/dash" dev="vda" ino=2'
domain='audit(1796089362.899:69%d): domain=18d611b5c status=allocated mode=enforcing pid=1 uid=0 exe="/x" comm="abc"'
call='audit(1796089362.899:69%d): arch=c000003e syscall=257 success=no exit=-13 a0=ffffff9c a1=7f a2=0 a3=0 comm="x" key=(null)'
mark="audit(1796089362.899:69%d): pid=1 uid=0 msg='op=agentbox-mark id=0123456789abcdef0123456789abcdef res=success'"
# The first byte of a line chooses the type: `D`, `A`, `B`, `C`.
for text in "$denial" "$domain" "$call" "$mark" "D$denial\nA$domain\nB$call" "D$denial\nD$denial\nA$domain\nB$call\nC$mark" \
    'D''audit(1.2:3): domain=1 blockers=net.bind_tcp src=80\nA''audit(1.2:3): domain=1 status=allocated comm=616263'; do
    seed "${text//%d/6}"
done
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./audit-fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=10 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
