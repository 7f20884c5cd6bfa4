import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A secret that the broker delivers is never in the box, and goes where its manifest says")
struct CredentialBrokerTests {
    @Test("used, reflected by the server, and looked for everywhere", arguments: Person.possible)
    func used(person: Person) throws {
        let world = try BrokeredWorld(person)
        let json = try world.call("api.get", path: "/repos/octo/hello")
        let found = try #require(json["outcome"]?["structured"], "\(json)")
        #expect(found["status"] == 200, "\(json)")
        // The server got the real one, and says so; the tool hears nothing of it.
        #expect(world.received() == ["/repos/octo/hello Bearer \(world.secret)"])
        #expect(found["variable"]?.stringValue?.hasPrefix("agentbox-") == true)
        #expect(found["body"]?.stringValue?.contains("you are") == true, "the control: it answered")
        #expect(found["seen"]?.arrayValue == [], "\(json)")
        #expect((found["memory"]?.integerValue ?? 0) > 1 << 20, "the control: there was memory to look through")
        #expect(world.filesOfHome(with: world.secret).isEmpty)
        let credential = try #require(json["outcome"]?["credentials"]?.arrayValue?.first)
        #expect(credential["uses"] == 1 && (credential["scrubbed"]?.integerValue ?? 0) > 0, "\(credential)")
        #expect(credential["outcome"] == "remains")
    }

    @Test("the same search finds a downgrade", arguments: [Person.possible[0]])
    func control(person: Person) throws {
        let world = try BrokeredWorld(person)
        let json = try world.call("api.downgraded", path: "/repos/octo/hello")
        let seen = json["outcome"]?["structured"]?["seen"]?.arrayValue?.compactMap(\.stringValue)
        #expect(seen?.contains("environment") == true && seen?.contains("memory") == true, "\(json)")
    }

    @Test("another path, another method, a second use: refused, and no secret leaves", arguments: [Person.possible[0]])
    func refused(person: Person) throws {
        let world = try BrokeredWorld(person)
        let cases: [(JSONObject, String)] = [
            (["path": "/admin"], "wrong path"), (["path": "/repos/octo/hello", "method": "POST"], "wrong method"),
            (["path": "/repos/octo/hello", "times": 3], "count"),
            (["path": "/repos/octo/hello?token=PLACEHOLDER", "header": "none"], "wrong place"),
        ]
        for (arguments, reason) in cases {
            world.forget()
            let json = try world.call("api.get", arguments)
            let credential = json["outcome"]?["credentials"]?.arrayValue?.first
            #expect(credential?["refusals"]?[reason] != nil, "\(reason): \(json)")
            let carried = world.received().filter { $0.contains(world.secret) }
            #expect(carried.count == (reason == "count" ? 1 : 0), "\(reason): \(world.received())")
            let seen = json["outcome"]?["structured"]?["seen"]?.arrayValue
            #expect(seen == nil || seen?.isEmpty == true, "\(json)")
        }
    }

    @Test("an argument cannot widen the paths of a credential", arguments: [Person.possible[0]])
    func widened(person: Person) throws {
        let world = try BrokeredWorld(person)
        for repo in ["*", "**", "octo/../..", "octo%2f..", "?x"] {
            world.forget()
            let json = try world.call("api.repo", ["path": "/admin", "repo": .string(repo)])
            #expect(!world.received().contains { $0.contains(world.secret) }, "\(repo): \(json)")
        }
        let json = try world.call("api.repo", ["path": "/repos/octo/hello", "repo": "octo/hello"])
        #expect(world.received().contains { $0.contains(world.secret) }, "the control: \(json)")
    }
}

/// An HTTPS server on the loopback that says what it was sent, and tools that are issued a secret for it.
final class BrokeredWorld: Sendable {
    let scene: Scene
    let secret = "s3cr3t-\(UInt64.random(in: .min ... .max))-\(UInt64.random(in: .min ... .max))"
    private let server: LineProcess
    private let port: String

    init(_ person: Person) throws {
        scene = try Scene(person, rules: "- allow: api.get\n- allow: api.repo\n- allow: api.downgraded")
        let folder = scene.folder
        let made = Command.run(
            [
                "/bin/bash", "-ec",
                """
                openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=origin -addext subjectAltName=IP:127.0.0.1 \
                    -keyout key.pem -out certificate.pem 2>&1
                """,
            ], in: folder.path)
        guard made.status == 0 else { throw TestSupportError("\(made)") }
        try folder.write("origin.py", Self.origin)
        server = try LineProcess("/usr/bin/python3", [folder("origin.py"), folder.path])
        guard let port = try server.line() else { throw TestSupportError("the server did not start") }
        self.port = port
        try folder.folder("home", mode: 0o700)
        try folder.write("outside/token", secret + "\n", mode: 0o600)
        try folder.write(
            "home/sources/static.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: CredentialSource
            name: static
            type: file
            options: {path: \(folder("outside/token"))}
            """, mode: 0o600)
        try folder.write("sandboxes/api.yaml", Self.profile)
        let certificate = File.text(of: folder("certificate.pem")) ?? ""
        let to = "https://127.0.0.1:\(port)"
        for (name, deliver) in [
            ("api.get", "broker: {to: \"\(to)\", methods: [GET], paths: [\"/repos/octo/**\"], variable: TOKEN}"),
            ("api.repo", "broker: {to: \"\(to)\", paths: [\"/repos/${args.repo}/**\"], variable: TOKEN}"),
            ("api.downgraded", "environment: {variable: TOKEN, downgrade: true}"),
        ] {
            try folder.write(
                "tools/\(name)/tool.yaml",
                """
                apiVersion: agentbox.dev/v1
                kind: Tool
                name: \(name)
                version: 1.0.0
                description: Asks an interface.
                command: [./ask.py]
                files: [origin.pem]
                inputSchema: {type: object}
                outputSchema: {type: object}
                sandbox: api
                grants: [{connect: "\(to)", inspect: true, trust: ./origin.pem}]
                credentials: [{name: api, source: static, deliver: {\(deliver)}}]
                limits: {time: 30s}
                """)
            try folder.write("tools/\(name)/ask.py", Self.script(port), mode: 0o755)
            try folder.write("tools/\(name)/origin.pem", certificate)
        }
        scene.giveAway()
        for name in ["api.get", "api.repo", "api.downgraded"] {
            let registered = scene.agentbox(["tool", "register", name] + catalogue)
            guard registered.status == 0 else { throw TestSupportError("cannot register `\(name)`: \(registered)") }
        }
    }

    private var catalogue: [String] {
        ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
    }

    func call(_ tool: String, path: String) throws -> JSON { try call(tool, ["path": .string(path)]) }

    /// The secret is told backwards, so that whoever looks for it does not bring it.
    func call(_ tool: String, _ arguments: JSONObject) throws -> JSON {
        var arguments = arguments
        arguments["needle"] = .string(String(secret.reversed()))
        return try scene.call(tool, .object(arguments), options: catalogue)
    }

    /// Path and Authorization header of each request.
    func received() -> [String] {
        (File.text(of: scene.folder("received")) ?? "").split(separator: "\n").map(String.init)
    }

    func forget() { unlink(scene.folder("received")) }

    func filesOfHome(with text: String) -> [String] {
        let found = Command.run(["/bin/grep", "-r", "-l", "-a", "-F", "--", text, scene.home])
        return found.output.split(separator: "\n").map(String.init)
    }

    private static let profile = """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: api
        description: Python scripts that connect.
        extends: fetch
        filesystem: {exec: [/usr], tmp: 1MiB}
        limits: {memory: 2GiB, processes: 32}
        """

    private static let origin = #"""
        import base64, http.server, ssl, sys
        folder = sys.argv[1]
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def answer(self):
                secret = self.headers.get("Authorization", "")
                self.rfile.read(int(self.headers.get("Content-Length", "0")))
                with open(folder + "/received", "a") as log: log.write(f"{self.path} {secret}\n")
                # What a careless server says: as it is, in base64, in hexadecimal.
                plain = secret.removeprefix("Bearer ").encode()
                body = b"you are " + plain + b", " + base64.b64encode(plain) + b", " + plain.hex().encode() + b"\n"
                self.send_response(200)
                self.send_header("Content-Length", str(len(body)))
                self.send_header("X-Echo", secret)
                self.end_headers()
                self.wfile.write(body)
            do_GET = do_POST = answer
            def log_message(self, *arguments): pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder + "/certificate.pem", folder + "/key.pem")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print(server.server_address[1], flush=True)
        server.serve_forever()

        """#

    private static func script(_ port: String) -> String {
        #"""
        #!/usr/bin/python3
        import json, os, sys, http.client, ssl
        arguments = json.load(sys.stdin)
        needle = arguments["needle"].encode()
        token = os.environ["TOKEN"]
        status, body, headers = None, "", ""
        for _ in range(arguments.get("times", 1)):
            connection = http.client.HTTPSConnection("127.0.0.1", \#(port), context=ssl.create_default_context())
            sent = {} if arguments.get("header") else {"Authorization": "Bearer " + token}
            try:
                connection.request(arguments.get("method", "GET"), arguments["path"].replace("PLACEHOLDER", token), headers=sent)
                answer = connection.getresponse()
                status, body, headers = answer.status, answer.read().decode("latin-1"), str(answer.headers)
            except OSError as problem: body = repr(problem)
        def read(path, limit=1 << 22):
            try:
                with open(path, "rb") as file: return file.read(limit)
            except OSError: return b""
        places = {"environment": read("/proc/self/environ"), "arguments": read("/proc/self/cmdline")}
        memory = []
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as mem:
            for line in maps:
                span, mode = line.split()[:2]
                if "r" not in mode or "vvar" in line or "vsyscall" in line: continue
                start, end = (int(part, 16) for part in span.split("-"))
                try:
                    mem.seek(start)
                    memory.append(mem.read(end - start))
                except (OSError, ValueError): pass
        places["memory"] = b"\n".join(memory)
        for folder in ["/etc", "/run", "/tmp", "/dev", "/home", "/root", "/var"]:
            for path, _, names in os.walk(folder):
                for name in names:
                    file = os.path.join(path, name)
                    if os.path.isfile(file): places["file " + file] = read(file)
        for pid in os.listdir("/proc"):
            if pid.isdigit() and int(pid) != os.getpid():
                for name in ["environ", "cmdline", "mem"]: places[f"process {pid} {name}"] = read(f"/proc/{pid}/{name}", 1 << 16)
        # In base64 and hexadecimal it would be as good.
        import base64
        def holds(bytes): return needle in bytes[::-1]
        seen = sorted(place for place, bytes in places.items() if holds(bytes))
        for form in [body, headers]:
            for word in form.replace(",", " ").split():
                for decode in [base64.b64decode, bytes.fromhex]:
                    try:
                        if holds(decode(word)): seen.append("answer, " + decode.__name__)
                    except ValueError: pass
        print(json.dumps({"status": status, "body": body, "variable": token[:9], "seen": seen, "memory": len(places["memory"])}))

        """#
    }
}
