#!/bin/bash
# Fuzzes StrictJSON: Tests/Fuzz/json.sh [SECONDS], 60 by default. An input that breaks a promise is left in the
# folder that the last line names; make it a case of Tests/StrictJSONTests.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/json}
mkdir -p "$build/corpus"
cd "$build"
flags=(-O -swift-version 6 -parse-as-library -wmo -package-name agentbox -sanitize=fuzzer,address -I "$build")
find "$root/Sources/Diagnostics" -name '*.swift' -print0 |
    xargs -0 swiftc "${flags[@]}" -emit-module -module-name Diagnostics -c -o Diagnostics.o
find "$root/Sources/StrictJSON" -name '*.swift' -print0 |
    xargs -0 swiftc "${flags[@]}" -emit-module -module-name StrictJSON -c -o StrictJSON.o
swiftc "${flags[@]}" -module-name JSONFuzzer "$root/Tests/Fuzz/JSONFuzzer/JSONFuzzer.swift" Diagnostics.o StrictJSON.o \
    -o json-fuzzer
for seed in '{"a":[1,-2.5e3,"x\u00e9\n",true,null],"é":{"b":"\ud83d\ude00"}}' '[9007199254740993,1e308,-0,5e-324]' \
    '1152921504606846976.0' '{"a":1,"\u0061":1}' '"\ud800"'; do
    printf '%s' "$seed" >"corpus/seed-$(printf '%s' "$seed" | cksum | cut -d' ' -f1)"
done
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./json-fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=10 -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
