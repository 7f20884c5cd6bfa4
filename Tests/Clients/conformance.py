"""Holds every line that the server writes against the published JSON Schemas of both revisions.

No client library: messages go in as bytes, so that their order and their faults are ours. Needs the folder of the
schemas (`mcp/schema` of the conformance suites) and the `jsonschema` package.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema

MODERN = "2026-07-28"
LEGACY = "2025-11-25"


class Schemas:
    """Validators by revision and type."""

    def __init__(self, folder: Path) -> None:
        self.roots = {name: json.loads((folder / name / "schema.json").read_text()) for name in (MODERN, LEGACY)}

    def check(self, revision: str, kind: str, value: Any) -> None:
        schema = dict(self.roots[revision], **{"$ref": f"#/$defs/{kind}"})
        jsonschema.Draft202012Validator(schema).validate(value)


class Server:
    """The server as a process, one line in, one line out."""

    def __init__(self, command: list[str]) -> None:
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def send(self, message: Any) -> None:
        assert self.process.stdin
        line = message if isinstance(message, bytes) else json.dumps(message).encode()
        self.process.stdin.write(line + b"\n")
        self.process.stdin.flush()

    def receive(self) -> Any:
        assert self.process.stdout
        line = self.process.stdout.readline()
        if not line:
            sys.exit("FAILED: the server closed its output")
        return json.loads(line)

    def ask(self, message: Any) -> Any:
        self.send(message)
        return self.receive()

    def close(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        rest = self.process.stdout.read()
        status = self.process.wait(timeout=10)
        if rest or status != 0:
            sys.exit(f"FAILED: at its end the server wrote {rest!r} and left with status {status}")


def modern(method: str, number: Any, version: str = MODERN, **params: Any) -> Any:
    meta = {
        "io.modelcontextprotocol/protocolVersion": version,
        "io.modelcontextprotocol/clientInfo": {"name": "conformance", "version": "1"},
        "io.modelcontextprotocol/clientCapabilities": {},
    }
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": {**params, "_meta": meta}}


def legacy(method: str, number: Any, **params: Any) -> Any:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": params}


def expect(condition: bool, what: str, answer: Any) -> None:
    if not condition:
        sys.exit(f"FAILED: {what}: {json.dumps(answer)}")


def error(schemas: Schemas, revision: str, answer: Any, code: int, number: Any) -> None:
    expect(answer.get("error", {}).get("code") == code and answer.get("id") == number, f"no error {code}", answer)
    # JSON-RPC 2.0 wants null where no identifier could be read, MCP's schemas know strings and integers only.
    known = {key: value for key, value in answer.items() if key != "id" or value is not None}
    schemas.check(revision, "JSONRPCErrorResponse", known)


def result(schemas: Schemas, revision: str, answer: Any, kind: str, number: Any) -> Any:
    expect("result" in answer and answer.get("id") == number, "no result", answer)
    schemas.check(revision, "JSONRPCResultResponse", answer)
    schemas.check(revision, kind, answer["result"])
    return answer["result"]


def both_eras(schemas: Schemas, options: argparse.Namespace) -> None:
    inside, outside = {"path": options.path}, {"path": options.outside}
    for revision, make in ((MODERN, modern), (LEGACY, legacy)):
        server = Server(options.server)
        if revision == MODERN:
            result(schemas, revision, server.ask(modern("server/discover", "d")), "DiscoverResult", "d")
            refused = server.ask(modern("tools/list", 1, version="1900-01-01"))
            error(schemas, revision, refused, -32022, 1)
            schemas.check(revision, "UnsupportedProtocolVersionError", refused)
        else:
            opening = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "c", "version": "1"}}
            result(schemas, revision, server.ask(legacy("initialize", 0, **opening)), "InitializeResult", 0)
            server.send({"jsonrpc": "2.0", "method": "notifications/initialized"})
            result(schemas, revision, server.ask(legacy("ping", 1)), "EmptyResult", 1)
        listed = result(schemas, revision, server.ask(make("tools/list", "l")), "ListToolsResult", "l")
        expect(options.tool in [tool["name"] for tool in listed["tools"]], f"no {options.tool}", listed)
        call = lambda number, arguments: server.ask(  # noqa: E731
            make("tools/call", number, name=options.tool, arguments=arguments))
        good = result(schemas, revision, call(2, inside), "CallToolResult", 2)
        expect(not good.get("isError") and options.contains in json.dumps(good), "the wrong content", good)
        denied = result(schemas, revision, call(3, outside), "CallToolResult", 3)
        expect(denied.get("isError") is True, "not denied", denied)
        wrong = result(schemas, revision, call(4, {"no-such": 1}), "CallToolResult", 4)
        expect(wrong.get("isError") is True, "not denied", wrong)
        error(schemas, revision, server.ask(make("tools/call", 5, name="no.such.tool")), -32602, 5)
        error(schemas, revision, server.ask(make("tools/call", 6)), -32602, 6)
        error(schemas, revision, server.ask(make("tools/list", 7, cursor="made up")), -32602, 7)
        error(schemas, revision, server.ask(make("prompts/list", 8)), -32601, 8)
        error(schemas, revision, server.ask(b'{"jsonrpc": "2.0", "id": 9,'), -32700, None)
        error(schemas, revision, server.ask(b'{"jsonrpc":"2.0","id":9,"method":"\xff"}'), -32700, None)
        error(schemas, revision, server.ask({"jsonrpc": "2.0", "id": None, "method": "ping"}), -32600, None)
        error(schemas, revision, server.ask([make("tools/list", 10)]), -32600, None)
        error(schemas, revision, server.ask(b'"' + b"x" * (5 << 20) + b'"'), -32600, None)
        result(schemas, revision, server.ask(make("tools/list", "end")), "ListToolsResult", "end")
        server.close()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--schemas", required=True, type=Path)
    parser.add_argument("--tool", default="fs.read")
    parser.add_argument("--path", default="README.md")
    parser.add_argument("--contains", required=True)
    parser.add_argument("--outside", default="../outside.txt")
    parser.add_argument("server", nargs="+")
    options = parser.parse_args()
    both_eras(Schemas(options.schemas), options)
    print("  every line fits the published schemas of both revisions")


main()
