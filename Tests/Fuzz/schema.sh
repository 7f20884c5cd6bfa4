#!/bin/bash
# Fuzzes the JSON Schema compiler and validator: Tests/Fuzz/schema.sh [SECONDS], 60 by default. An input that breaks a
# promise is left in the folder that the last line names; make it a case of Tests/PolicyTests/Schema. The schemas of the
# official suite are seeds where they are to be had.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/schema}
yaml=${YAMS_CHECKOUT:-$root/.build/checkouts/Yams}/Sources/CYaml
suites=${AGENTBOX_SUITES:-$root/../shared/suites}
mkdir -p "$build/corpus"
cd "$build"
for file in api parser reader scanner; do
    clang -O1 -g -fsanitize=address -DYAML_DECLARE_STATIC -I "$yaml/include" -c "$yaml/src/$file.c" -o "$file.o"
done
clang++ -std=c++17 -O1 -g -fsanitize=address -I "$root/Sources/CRE2/include" -c "$root/Sources/CRE2/cre2.cc" -o cre2.o
printf 'module CRE2 { header "%s/Sources/CRE2/include/cre2.h" export * }\n' "$root" >module.modulemap
flags=(-O -swift-version 6 -parse-as-library -wmo -enable-testing -package-name agentbox -sanitize=fuzzer,address
    -I "$build" -I "$yaml/include")
objects=()
for module in Diagnostics StrictJSON Manifests Policy; do
    find "$root/Sources/$module" -name '*.swift' -print0 |
        xargs -0 swiftc "${flags[@]}" -emit-module -module-name $module -c -o $module.o
    objects+=($module.o)
done
swiftc "${flags[@]}" -module-name SchemaFuzzer "$root/Tests/Fuzz/SchemaFuzzer/SchemaFuzzer.swift" \
    "${objects[@]}" api.o parser.o reader.o scanner.o cre2.o -lre2 -lstdc++ -o schema-fuzzer
python3 - "$suites/json-schema/tests/draft2020-12" corpus <<'SEEDS'
import json, pathlib, sys
corpus = pathlib.Path(sys.argv[2])
for path in sorted(pathlib.Path(sys.argv[1]).rglob("*.json")):
    for number, group in enumerate(json.loads(path.read_text())):
        values = [test["data"] for test in group["tests"]]
        text = json.dumps([group["schema"], *values], ensure_ascii=False)
        if len(text) < 2048:
            corpus.joinpath(f"{path.stem}-{number}.json").write_text(text)
corpus.joinpath("documents.json").write_text('[{"$ref":"http://x.example/a"},[[]],["x"]]')
SEEDS
cat >words.dict <<'WORDS'
"\"$ref\":\"#\""
"\"$ref\":\"#/$defs/a\""
"\"$ref\":\"http://x.example/b\""
"\"$dynamicRef\":\"#a\""
"\"$dynamicAnchor\":\"a\""
"\"$id\":\"http://x.example/d\""
"\"$schema\":\"http://json-schema.org/draft-07/schema#\""
"\"$defs\":{\"a\":"
"\"unevaluatedProperties\":false"
"\"unevaluatedItems\":"
"\"allOf\":["
"\"anyOf\":["
"\"oneOf\":["
"\"not\":"
"\"if\":"
"\"then\":"
"\"properties\":{\"a\":"
"\"patternProperties\":{\"^a\":"
"\"additionalProperties\":"
"\"dependentSchemas\":{\"a\":"
"\"items\":"
"\"prefixItems\":["
"\"contains\":"
"\"pattern\":\"^(a+)+$\""
"\"format\":\"idn-hostname\""
"\"type\":\"object\""
"\"type\":[\"array\",\"null\"]"
"\"enum\":["
"\"const\":"
"\"required\":[\"a\"]"
"\"multipleOf\":0.1"
"\\ud83d\\ude00"
WORDS
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=0
./schema-fuzzer -max_total_time="${1:-60}" -max_len=4096 -timeout=20 -dict=words.dict -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
