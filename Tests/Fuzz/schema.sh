#!/bin/bash
# Fuzzes the JSON Schema compiler and validator: Tests/Fuzz/schema.sh [SECONDS], 60 by default. An input that breaks a
# promise is left in the folder that the last line names; make it a case of Tests/PolicyTests/Schema. The schemas of the
# official suite are seeds where they are to be had.
# shellcheck source=Tests/Fuzz/modules.sh
source "$(dirname "$0")/modules.sh"
fuzzer SchemaFuzzer Diagnostics StrictJSON Hosts Manifests CRE2 Policy
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
fuzz "${1:-60}" -max_len=4096 -timeout=60
