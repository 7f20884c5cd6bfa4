#!/bin/bash
# Fuzzes what reads manifests: Tests/Fuzz/manifests.sh [SECONDS], 60 by default. An input that breaks a promise is left
# in the folder that the last line names; make it a case of Tests/ManifestsTests.
# shellcheck source=Tests/Fuzz/modules.sh
source "$(dirname "$0")/modules.sh"
fuzzer ManifestFuzzer Diagnostics StrictJSON Hosts Manifests
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
FUZZ_LEAKS=1 fuzz "${1:-60}" -max_len=8192 -timeout=60
