#!/bin/bash
# Fuzzes the filter of what an agent draws: Tests/Fuzz/terminal.sh [SECONDS], 60 by default. An input that breaks a
# promise is left in the folder that the last line names; make it a case of Tests/TerminalFilterTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/terminal}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address -I "$build")
find "$root/Sources/TerminalFilter" -name '*.swift' -print0 |
    xargs -0 swiftc "${flags[@]}" -emit-module -module-name TerminalFilter -c -o TerminalFilter.o
swiftc "${flags[@]}" -module-name TerminalFuzzer "$root/Tests/Fuzz/TerminalFuzzer/TerminalFuzzer.swift" \
    TerminalFilter.o -o fuzzer
number=0
for seed in '\033[1;38;5;208mtext\033[0m' '\033[?1049h\033[3;20r\033[?25;1000;2h\033[>4;2m' '\033]0;title\007\033]52;c;?\007' \
    '\033P$qm\033\\' '\302\2336n\302\235' '\033]8;;https://x\033\\a\033]8;;\033\\' '\033[6n\033[c\033Z\005' '\303\251\360\237\221\251'; do
    number=$((number + 1))
    printf "$seed" >"corpus/seed-$number"
done
printf '"%s"\n' '\x1b[' '\x1b]' '\x1bP' '\x1b\\' '\xc2\x9b' '\x07' '1049h' '52;' '$q' '6n' >words.dict
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./fuzzer -max_total_time="${1:-60}" -max_len=8192 -timeout=10 -dict=words.dict -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
