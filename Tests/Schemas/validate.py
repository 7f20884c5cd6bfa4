#!/usr/bin/env python3
"""Checks the published schemas with validators that are not ours.

    python3 Tests/Schemas/validate.py .build/release/agentbox

Needs PyYAML and jsonschema from PyPI. Takes the schemas from `agentbox schema tool|tool-server|sandbox|intent|credential-source` and checks that
they are schemas, that every manifest of the checkout is right to its own, and that the cases in cases.json, which
the decoder's tests use too, are accepted and refused as they say there.
"""

import copy
import json
import pathlib
import re
import subprocess
import sys

import yaml
from jsonschema import Draft202012Validator

ROOT = pathlib.Path(__file__).resolve().parents[2]
KINDS = {"Tool": "tool", "ToolServer": "tool-server", "Sandbox": "sandbox", "Intent": "intent",
         "CredentialSource": "credential-source"}


class CoreLoader(yaml.SafeLoader):
    """PyYAML with the core schema of YAML 1.2 in place of that of 1.1, and without duplicate keys."""


CoreLoader.yaml_implicit_resolvers = {}
CORE = [
    ("null", r"^(?:null|Null|NULL|~|)$", list("nN~") + [""], lambda text: None),
    ("bool", r"^(?:true|True|TRUE|false|False|FALSE)$", list("tTfF"), lambda text: text.lower() == "true"),
    ("int", r"^(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)$", list("-+0123456789"),
     lambda text: int(text, 0) if text[:2] in ("0o", "0x") else int(text)),
    ("float", r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$", list("-+.0123456789"), float),
]
for name, pattern, first, convert in CORE:
    tag = "tag:yaml.org,2002:" + name
    CoreLoader.add_implicit_resolver(tag, re.compile(pattern), first)
    CoreLoader.add_constructor(tag, lambda loader, node, convert=convert: convert(loader.construct_scalar(node)))


def construct_mapping(loader, node):
    pairs = [(loader.construct_object(key, deep=True), loader.construct_object(value, deep=True))
             for key, value in node.value]
    keys = [key for key, _ in pairs]
    if len(set(keys)) != len(keys):
        raise yaml.YAMLError(f"duplicate key in {node.start_mark}")
    return dict(pairs)


CoreLoader.add_constructor("tag:yaml.org,2002:map", construct_mapping)


def change(document, pointer, value, remove=False):
    tokens = [token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:]]
    for token in tokens[:-1]:
        document = document[int(token)] if isinstance(document, list) else document[token]
    last = int(tokens[-1]) if isinstance(document, list) else tokens[-1]
    if remove:
        del document[last]
    else:
        document[last] = value


def main(agentbox):
    failures = []
    validators = {}
    for kind, word in KINDS.items():
        schema = json.loads(subprocess.run([agentbox, "schema", word], check=True, capture_output=True).stdout)
        Draft202012Validator.check_schema(schema)
        validators[word] = Draft202012Validator(schema)

    manifests = 0
    for path in sorted(ROOT.glob("Tools/*/tool.yaml")) + sorted(ROOT.glob("Sandboxes/*.yaml")) + sorted(
            ROOT.glob("**/*intent*.yaml")):
        if any(part.startswith(".") for part in path.relative_to(ROOT).parts):
            continue
        document = yaml.load(path.read_text(), Loader=CoreLoader)
        validator = validators[KINDS[document["kind"]]]
        manifests += 1
        for error in validator.iter_errors(document):
            failures.append(f"{path.relative_to(ROOT)}: {error.json_path}: {error.message}")
        # Every bundled manifest, broken in a way that nobody could mean, is refused.
        for pointer, value in [("/kind", "Thing"), ("/apiVersion", "v0"), ("/name", "No Name"), ("/unknown", True)]:
            mutated = copy.deepcopy(document)
            change(mutated, pointer, value)
            if validator.is_valid(mutated):
                failures.append(f"{path.relative_to(ROOT)}: accepted with {pointer}: {value}")

    cases = json.loads((pathlib.Path(__file__).parent / "cases.json").read_text())
    for case in cases["cases"]:
        document = copy.deepcopy(cases["base"][case["kind"]])
        for pointer, value in case.get("set", {}).items():
            change(document, pointer, value)
        for pointer in case.get("remove", []):
            change(document, pointer, None, remove=True)
        expected = case.get("schema", case["valid"])
        if validators[case["kind"]].is_valid(document) != expected:
            failures.append(f"expected {'valid' if expected else 'invalid'}: {json.dumps(case)}")

    for failure in failures:
        print(failure)
    print(f"{manifests} manifests, {len(cases['cases'])} cases, {len(failures)} failures")
    if manifests == 0:
        print("no manifest was found")
    return 1 if failures or manifests == 0 else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1]))
