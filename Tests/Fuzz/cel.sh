#!/bin/bash
# Fuzzes CEL's parser, checker and evaluator: Tests/Fuzz/cel.sh [SECONDS], 60 by default. An input that breaks a promise
# is left in the folder that the last line names; make it a case of Tests/PolicyTests.
# shellcheck source=Tests/Fuzz/modules.sh
source "$(dirname "$0")/modules.sh"
fuzzer CELFuzzer Diagnostics StrictJSON Hosts Manifests CRE2 Policy
python3 - "$suites/cel/cel_spec_tests.jsonl" corpus <<'SEEDS'
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
fuzz "${1:-60}" -max_len=512 -timeout=60
