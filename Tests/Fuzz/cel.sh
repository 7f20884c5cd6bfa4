#!/bin/bash
# Fuzzes CEL's parser, checker and evaluator: Tests/Fuzz/cel.sh [SECONDS], 60 by default. An input that breaks a promise
# is left in the folder that the last line names; make it a case of Tests/PolicyTests. Needs Yams, as `swift package
# resolve` checks it out, and libre2.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/cel}
yaml=${YAMS_CHECKOUT:-$root/.build/checkouts/Yams}/Sources/CYaml
mkdir -p "$build/corpus"
cd "$build"
for file in api parser reader scanner; do
    clang -O1 -g -DYAML_DECLARE_STATIC -I "$yaml/include" -c "$yaml/src/$file.c" -o "$file.o"
done
clang++ -O2 -std=c++17 -fno-exceptions -I "$root/Sources/CRE2/include" -c "$root/Sources/CRE2/cre2.cc" -o cre2.o
printf 'module CRE2 { umbrella "%s" export * }\n' "$root/Sources/CRE2/include" >module.modulemap
flags=(-O -swift-version 6 -parse-as-library -wmo -enable-testing -package-name agentbox -sanitize=fuzzer,address
    -I "$build" -I "$yaml/include")
objects=()
for module in Diagnostics StrictJSON Manifests Policy; do
    find "$root/Sources/$module" -name '*.swift' -print0 |
        xargs -0 swiftc "${flags[@]}" -emit-module -module-name $module -c -o $module.o
    objects+=($module.o)
done
swiftc "${flags[@]}" -module-name CELFuzzer "$root/Tests/Fuzz/CELFuzzer/CELFuzzer.swift" \
    "${objects[@]}" cre2.o api.o parser.o reader.o scanner.o -lre2 -lstdc++ -o cel-fuzzer
python3 - "$root/../shared/suites/cel/cel_spec_tests.jsonl" corpus <<'SEEDS'
import json, pathlib, sys
suite = pathlib.Path(sys.argv[1])
seeds = [json.loads(line)["expr"] for line in suite.open()] if suite.exists() else []
seeds += [
    'args.to.all(t, t.startsWith("a")) && args.n < 10', 'cel.bind(a, s + s, a + a) == args.o["other"]',
    'l.map(a, l.map(b, a * b)).size() > i', '{"a": [?m.?a], ?"b": m[?s]}.transformMap(k, v, [k, v])',
    's.matches("(a+)+$") || "%s %d %.3f %x".format([y, i, d, s]).replace("a", s).split("").join("-") < s',
]
for number, seed in enumerate(dict.fromkeys(seeds)):
    pathlib.Path(sys.argv[2], f"seed-{number}").write_text(seed)
SEEDS
cat >words.dict <<'WORDS'
"cel.bind("
"cel.block(["
"cel.index(0)"
".all(x, "
".exists(x, "
".exists_one(x, "
".map(x, "
".filter(x, "
".transformList(i, v, "
".transformMap(k, v, "
".optMap(x, "
".optFlatMap(x, "
"has("
".?"
"[?"
"optional.of("
"optional.none()"
".orValue("
".format(["
".replace("
".split("
".join("
".matches("
".substring("
"math.greatest("
"timestamp("
"duration("
"dyn("
"type("
"args."
" ? "
" && "
" || "
" in "
"-9223372036854775808"
"18446744073709551615u"
WORDS
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./cel-fuzzer -max_total_time="${1:-60}" -max_len=512 -timeout=10 -dict=words.dict -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
