"""Times what others take for the decisions that agentbox takes: one JSON object a line, in microseconds.

Each figure includes what a caller in Python pays: the values cross from Python to the library at every call. Policies,
schemas and expressions are read once, outside of what is timed.
"""

import json
import time

ROUNDS = 5_000
WARM_UP = 500

# The counterpart of the benchmark's own intent and calls, in each language.
CALL = {
    "path": "Sources/a/b.swift",
    "content": "let x = 1\n" * 100,
}
SCHEMA = {
    "type": "object",
    "required": ["path", "content"],
    "additionalProperties": False,
    "properties": {
        "path": {"type": "string", "minLength": 1, "maxLength": 4096},
        "content": {"type": "string", "maxLength": 1_000_000},
        "createFolders": {"type": "boolean"},
    },
}
CONDITION = 'args.branch.startsWith("agent/") && size(args.paths) < 10'
CONDITION_ARGUMENTS = {"branch": "agent/fix-42", "paths": ["a", "b", "c"]}
POLICIES = """
permit(principal, action in [Action::"fs.read", Action::"fs.list", Action::"fs.search"], resource);
permit(principal, action == Action::"fs.write", resource)
  when { context.path like "Sources/*" || context.path like "Tests/*" };
forbid(principal, action == Action::"fs.write", resource) when { context.path like "Sources/Vendor/*" };
permit(principal, action in [Action::"git.commit", Action::"git.push"], resource);
permit(principal, action == Action::"http.get", resource)
  when { context.host == "example.com" || context.host like "*.example.org" };
"""


def report(name, peer, version, work):
    for _ in range(WARM_UP):
        work()
    times = []
    for _ in range(ROUNDS):
        begin = time.perf_counter_ns()
        work()
        times.append(time.perf_counter_ns() - begin)
    times.sort()
    row = {"name": name, "peer": f"{peer} {version}", "p50": times[len(times) // 2] / 1000}
    row["p99"] = times[len(times) * 99 // 100] / 1000
    print(json.dumps(row), flush=True)


def schema():
    import jsonschema_rs
    from importlib.metadata import version

    validator = jsonschema_rs.validator_for(SCHEMA)
    assert validator.is_valid(CALL) and not validator.is_valid({"path": 1})
    report("validate", "jsonschema-rs", version("jsonschema-rs"), lambda: validator.is_valid(CALL))


def condition():
    import celpy
    from importlib.metadata import version

    environment = celpy.Environment()
    program = environment.program(environment.compile(CONDITION))

    def work():
        return program.evaluate({"args": celpy.json_to_cel(CONDITION_ARGUMENTS)})

    assert work()
    report("condition", "cel-python", version("cel-python"), work)


def decision():
    import cedarpy
    from importlib.metadata import version

    policies = cedarpy.PolicySet.from_str(POLICIES)
    entities = cedarpy.Entities.from_json_str("[]")

    def work(path=CALL["path"]):
        return cedarpy.is_authorized(
            {
                "principal": {"type": "Agent", "id": "a"},
                "action": {"type": "Action", "id": "fs.write"},
                "resource": {"type": "Tool", "id": "fs.write"},
                "context": {"path": path, "content": CALL["content"]},
            },
            policies,
            entities,
        )

    assert work().allowed and not work("Sources/Vendor/x.swift").allowed
    report("decide", "cedarpy", version("cedarpy"), work)


schema()
condition()
decision()
