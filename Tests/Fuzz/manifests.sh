#!/bin/bash
# Fuzzes what reads manifests: Tests/Fuzz/manifests.sh [SECONDS], 60 by default. An input that breaks a promise is left
# in the folder that the last line names; make it a case of Tests/ManifestsTests. Needs Yams, as `swift package resolve`
# checks it out.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
build=${FUZZ_BUILD:-$root/.build/fuzz/manifests}
yaml=${YAMS_CHECKOUT:-$root/.build/checkouts/Yams}/Sources/CYaml
mkdir -p "$build/corpus"
cd "$build"
for file in api parser reader scanner; do
    clang -O1 -g -fsanitize=fuzzer-no-link,address -DYAML_DECLARE_STATIC -I "$yaml/include" -c "$yaml/src/$file.c" -o "$file.o"
done
flags=(-O -swift-version 6 -parse-as-library -wmo -enable-testing -package-name agentbox -sanitize=fuzzer,address
    -I "$build" -I "$yaml/include")
objects=()
for module in Diagnostics StrictJSON Manifests; do
    find "$root/Sources/$module" -name '*.swift' -print0 |
        xargs -0 swiftc "${flags[@]}" -emit-module -module-name $module -c -o $module.o
    objects+=($module.o)
done
swiftc "${flags[@]}" -module-name ManifestFuzzer "$root/Tests/Fuzz/ManifestFuzzer/ManifestFuzzer.swift" \
    "${objects[@]}" api.o parser.o reader.o scanner.o -o manifest-fuzzer
cp "$root"/Sandboxes/*.yaml corpus/
for tool in "$root"/Tools/*/tool.yaml; do cp "$tool" "corpus/$(basename "$(dirname "$tool")").yaml"; done
python3 - "$root/Tests/Schemas/cases.json" corpus <<'SEEDS'
import json, pathlib, sys
for kind, document in json.loads(pathlib.Path(sys.argv[1]).read_text())["base"].items():
    pathlib.Path(sys.argv[2], f"base-{kind}.json").write_text(json.dumps(document, ensure_ascii=False))
SEEDS
cat >words.dict <<'WORDS'
"&a "
"*a"
"<<: "
"!!str "
"? "
"---\x0a"
"...\x0a"
"%YAML 1.2\x0a"
"\x0d\x0a"
"\xc2\x85"
"\xef\xbb\xbf"
"|\x0a"
">-\x0a"
"${args."
"$${"
"\\ud83d\\ude00"
"0o17"
".inf"
"apiVersion: agentbox.dev/v1\x0akind: "
WORDS
export SWIFT_BACKTRACE=enable=no ASAN_OPTIONS=detect_leaks=1
./manifest-fuzzer -max_total_time="${1:-60}" -max_len=8192 -timeout=10 -dict=words.dict -print_final_stats=1 corpus
echo "nothing found; corpus in $build/corpus"
