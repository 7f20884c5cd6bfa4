import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Streamable HTTP in front of the registry, outside of the box and inside")
struct HTTPTests {
    /// Speaks to a URL, with a token if there is one: a call, and what must not pass. Prints a line for each.
    private static let client = """
        import json, sys, urllib.error, urllib.request
        url, token = sys.argv[1], sys.argv[2]
        meta = {"io.modelcontextprotocol/protocolVersion": "2026-07-28",
                "io.modelcontextprotocol/clientInfo": {"name": "t", "version": "1"},
                "io.modelcontextprotocol/clientCapabilities": {}}
        def post(label, path, **changes):
            headers = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream",
                       "MCP-Protocol-Version": "2026-07-28", "Mcp-Method": "tools/call", "Mcp-Name": "fs.read"}
            if token: headers["Authorization"] = "Bearer " + token
            headers.update(changes)
            body = {"jsonrpc": "2.0", "id": 1, "method": "tools/call",
                    "params": {"name": "fs.read", "arguments": {"path": path}, "_meta": meta}}
            request = urllib.request.Request(url, json.dumps(body).encode(), {k: v for k, v in headers.items() if v})
            try:
                with urllib.request.urlopen(request, timeout=30) as answer: status, text = answer.status, answer.read()
            except urllib.error.HTTPError as error: status, text = error.code, error.read()
            print(label, status, "hello" in text.decode(), "denied" in text.decode())
        post("allowed", "README.md")
        post("denied", "../task.yaml")
        post("host", "README.md", Host="evil.example")
        post("origin", "README.md", Origin="https://evil.example")
        post("name", "README.md", **{"Mcp-Name": "fs.write"})
        post("type", "README.md", **{"Content-Type": "text/plain"})
        if token:
            post("token", "README.md", Authorization="Bearer " + token[:-1])
            post("none", "README.md", Authorization="")
        """

    private static let expected = [
        "allowed 200 True False", "denied 200 False True", "host 403 False False", "origin 403 False False",
        "name 400 False False", "type 415 False False",
    ]

    @Test("outside, with a token that nobody else can read", arguments: Person.possible)
    func outside(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        // Not as the person: the shell is that already.
        let words = InstalledAgentbox.shared.command(
            ["mcp", "--http", "127.0.0.1:0", "--token-file", scene.folder("token"), scene.intent], as: .root,
            home: scene.home)
        let script = """
            "$@" 2>said & P=$!
            for n in $(seq 600); do grep -q http: said && break; kill -0 $P || break; sleep 0.1; done
            URL=$(grep -o 'http://[^;]*' said)
            stat -c 'mode %a' token
            python3 -c "$CLIENT" "$URL" "$(cat token)"
            kill -TERM $P; wait $P; echo "status $?"
            grep -c "$(cat token)" said
            """
        let result = Command.run(
            person.prefix + [
                "/usr/bin/timeout", "120", "/usr/bin/env", "CLIENT=\(Self.client)", "/bin/bash", "-c", script, "sh",
            ]
                + words, in: scene.folder.path)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(
            lines == ["mode 600"] + Self.expected + [
                "token 401 False False", "none 401 False False", "status 143", "0",
            ],
            "\(result) \(File.text(of: scene.folder("said")) ?? "")")
        let entries = try scene.runs()
        #expect(entries.count == 1 && entries[0].encodedString().contains("unconfined"))
    }

    @Test("inside, where AGENTBOX_URL says, and an agent that is none the wiser", arguments: Person.possible)
    func inside(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read")
        let agent = """
            import os, sys
            sys.argv = ["", os.environ["AGENTBOX_URL"], ""]
            exec(\(#"sys.stdin.read()"#))
            try: os.waitpid(-1, os.WNOHANG); print("has a child")
            except ChildProcessError: print("has no child")
            print(sorted(name for name in os.environ if "HTTP" in name), os.getsid(0) == os.getpid())
            sys.exit(3)
            """
        let result = scene.agentbox(
            ["run", scene.intent, "--http", "--", "/usr/bin/python3", "-c", agent], input: Self.client)
        let lines = result.output.split(separator: "\n").map(String.init)
        #expect(result.status == 3 && lines == Self.expected + ["has no child", "[] True"], "\(result)")
    }

    @Test(
        "addresses that others reach, that are none, or that are taken are refused before anything is served",
        arguments: ["0.0.0.0:0", "[::]:0", "localhost:0", "127.0.0.1", "127.0.0.1:99999", "10.0.0.1.5:1"])
    func addresses(address: String) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let result = scene.agentbox(["mcp", "--http", address, scene.intent])
        #expect(result.status == 125 && result.errorOutput.contains("fix:"), "\(result)")
    }

    @Test("a token file that others can read, or that holds no token, is refused")
    func tokenFiles() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        for (text, mode) in [
            (String(repeating: "t", count: 40), mode_t(0o644)), ("short", 0o600),
            (" " + String(repeating: "t", count: 40), 0o600),
        ] {
            try scene.folder.write("token", text)
            chmod(scene.folder("token"), mode)
            let result = scene.agentbox(
                ["mcp", "--http", "127.0.0.1:0", "--token-file", scene.folder("token"), scene.intent])
            #expect(result.status == 125 && !result.errorOutput.contains(text), "\(result)")
        }
    }
}
