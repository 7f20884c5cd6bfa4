import StrictJSON
import TestSupport
import Testing

@Suite("A tool listens at the port of its call, and everybody who reviews it sees at which")
struct ListenTests {
    private static let profile = """
        apiVersion: agentbox.dev/v1
        kind: Sandbox
        name: serve
        description: A server and its client in one call.
        extends: script
        network: granted
        syscalls:
          allow: ["@network-io"]
          rules:
            - {syscall: socket, arg: 0, in: [AF_INET, AF_INET6], action: allow}

        """

    /// Serves one client of its own, tries the port beside it, and waits a second for a client that nobody should be.
    private static let script = """
        #!/usr/bin/python3 -I
        import json, socket, sys
        port = json.load(sys.stdin)["port"]
        server = socket.socket(); server.bind(("127.0.0.1", port)); server.listen()
        client = socket.create_connection(("127.0.0.1", port)); peer, _ = server.accept()
        client.sendall(b"ping"); print("heard", peer.recv(4).decode(), flush=True)
        try: socket.socket().bind(("0.0.0.0", port + 1)); print("beside")
        except PermissionError: print("refused", flush=True)
        server.settimeout(1)
        try: server.accept(); print("visited")
        except TimeoutError: print("alone")

        """

    private static func scene(_ person: Person, rules: String = "- allow: serve.test") throws -> Scene {
        let scene = try Scene(person, rules: rules)
        try scene.folder.write("sandboxes/serve.yaml", profile)
        try scene.folder.write(
            "tools/serve.test/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: serve.test
            version: 1.0.0
            title: Test a server
            description: Starts a server and speaks with it.
            command: [./run]
            inputSchema: {type: object, properties: {port: {type: integer}}, required: [port], additionalProperties: false}
            sandbox: serve
            grants:
              - listen: "127.0.0.1:${args.port}"

            """)
        try scene.folder.write("tools/serve.test/run", script, mode: 0o755)
        scene.giveAway()
        let register = scene.agentbox(["tool", "register", "serve.test"] + options(scene))
        #expect(register.status == 0, "\(register)")
        return scene
    }

    private static func options(_ scene: Scene) -> [String] {
        ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
    }

    @Test("learning says where it listened, and not that it was refused a network")
    func told() throws {
        let scene = try Self.scene(.possible[0])
        try scene.folder.write("calls.jsonl", "{\"port\": 8080}\n")
        scene.giveAway()
        let learn = scene.agentbox(
            ["sandbox", "learn", "--tool", "serve.test", "--calls", "calls.jsonl"] + Self.options(scene))
        #expect(learn.output.contains("bound a socket to 127.0.0.1:8080, once"), "\(learn)")
        #expect(!learn.output.contains("a box has no network"), "\(learn)")
        #expect(learn.output.contains("1 call of serve.test"), "\(learn)")
    }

    @Test(
        "it serves its own client, is refused the port beside, and the ledger has the grant", arguments: Person.possible
    )
    func serves(person: Person) throws {
        let scene = try Self.scene(person)
        let options = Self.options(scene)
        let check = scene.agentbox(["tool", "check", "serve.test"] + options)
        #expect(check.output.contains("listens in its own network at 127.0.0.1:${args.port}"), "\(check)")
        let words = ["intent", "explain", scene.intent, "serve.test", "port=8080"] + options
        #expect(scene.agentbox(words).output.contains("listens in its own network at localhost:8080"))

        let call = try scene.call("serve.test", ["port": 8080], options: options)
        #expect(call["outcome"]?["stdout"] == "heard ping\nrefused\nalone\n", "\(call.encodedString())")
        #expect(call["outcome"]?["status"] == "succeeded")
        let decided = try #require(try scene.runs().first?["calls"]?[0]?["decided"])
        #expect(decided["grants"] == [["listen": "localhost:8080"]], "\(decided.encodedString())")
        let index = try #require(call["ledgerIndex"]?.integerValue)
        #expect(scene.agentbox(["audit", "show", "\(index)"]).output.contains("localhost:8080"))

        let again = try JSON(
            parsing: scene.agentbox(["sandbox", "explain", "\(index)", "--rerun", "--json"] + options).output)
        let whats = (again["explanations"]?.arrayValue ?? []).compactMap { $0["what"]?.stringValue }
        #expect(whats.contains("bind 0.0.0.0:8081, where it is of TCP"), "\(again.encodedString())")
        #expect(!whats.contains { $0.contains(":8080") }, "\(whats)")

        for port in [80, 70_000, -1] {
            let refused = try scene.call("serve.test", ["port": .integer(Int64(port))], options: options)
            #expect(refused["decision"] == "deny", "\(refused.encodedString())")
            #expect(refused["code"] == "invalid-destination", "\(refused.encodedString())")
        }
    }

    @Test("a person who is asked sees the port", arguments: Person.possible)
    func asked(person: Person) throws {
        let scene = try Self.scene(person, rules: "- {approve: serve.test, by: {expires: 10m}}")
        let agent = try BackgroundAgentbox(
            scene,
            ["run"] + Self.options(scene) + [scene.intent, "--", "/bin/sh", "-c", "agentbox call serve.test port=8080"])
        defer { agent.kill() }
        let shown = try Self.shown(scene)
        #expect(shown.contains("in its own network, listen at `localhost:8080`"), "\(shown)")
    }

    /// What the first request that waits says.
    private static func shown(_ scene: Scene) throws -> String {
        let request = try #require(try scene.pending().first?["request"]?.stringValue)
        return scene.agentbox(["approve", "show", request]).output
    }

    @Test("the agent does not reach it, by whatever address", arguments: Person.possible)
    func agent(person: Person) throws {
        let scene = try Self.scene(person)
        try scene.folder.write(
            "agent.sh",
            """
            agentbox call serve.test port=8080 >/tmp/out & call=$!
            tries=0
            while kill -0 $call 2>/dev/null; do
                for address in 127.0.0.1 ::1 localhost; do
                    (exec 3<>/dev/tcp/$address/8080) 2>/dev/null && echo reached $address
                done
                tries=$((tries + 1))
            done
            wait $call; echo "status $? after $((tries > 3))"
            cat /tmp/out
            """)
        scene.giveAway()
        let result = scene.agentbox(
            [
                "run", "--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes"), "--read",
                scene.folder("agent.sh"), scene.intent, "--", "/bin/bash", scene.folder("agent.sh"),
            ])
        #expect(result.output.contains("status 0 after 1"), "\(result)")
        #expect(result.output.contains("heard ping") && result.output.contains("alone"), "\(result)")
        #expect(!result.output.contains("reached") && !result.output.contains("visited"), "\(result)")
    }

    @Test("a profile that is learned from its calls lets it listen, at what its grants name")
    func learned() throws {
        let scene = try Self.scene(.possible[0])
        try scene.folder.write("calls.jsonl", "{\"port\": 8080}\n")
        scene.giveAway()
        let result = scene.agentbox(
            [
                "sandbox", "learn", "--tool", "serve.test", "--calls", "calls.jsonl", "--workspace", scene.workspace,
                "--json",
            ]
                + Self.options(scene))
        let json = try JSON(parsing: result.output)
        #expect(json["holds"] == true, "\(result)")
        let profile = json["profile"]?.stringValue ?? ""
        #expect(profile.contains("network: granted") && profile.contains("grants: []"), "\(profile)")
    }

    @Test("a tool server listens at what its manifest names, for the whole run")
    func server() throws {
        let scene = try Scene(.possible[0], rules: "- allow: \"srv.*\"")
        try ServerScene.place(in: scene)
        try scene.folder.write(
            "sandboxes/net-server.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: net-server
            description: A server that serves itself.
            extends: server
            network: granted
            syscalls:
              allow: ["@network-io"]
              rules:
                - {syscall: socket, arg: 0, in: [AF_INET], action: allow}

            """)
        scene.giveAway()
        let sandboxes = ["--sandboxes", scene.folder("sandboxes")]
        let words = [
            "--name", "srv", "--sandbox", "net-server", "--grant", "listen=127.0.0.1:8080", "--", "./server.py",
        ]
        let imported = scene.agentbox(["tool", "import"] + sandboxes + words)
        #expect(imported.status == 0, "\(imported)")
        let registered = scene.agentbox(["tool", "register", "srv", "--tools", "."] + sandboxes)
        #expect(registered.status == 0, "\(registered)")
        for (port, answer) in [("8080", "bound"), ("8081", "EACCES"), ("0", "EACCES")] {
            let call = try scene.call("srv.act", ["what": "bind", "path": .string(port)])
            #expect(call["outcome"]?["stdout"] == .string(answer), "\(port): \(call.encodedString())")
        }
    }

    @Test("a profile that gives no network refuses the tool, and says what it lacks")
    func ceiling() throws {
        let scene = try Self.scene(.possible[0])
        try scene.folder.write(
            "sandboxes/serve.yaml",
            Self.profile.replacing("network: granted", with: "network: none", maxReplacements: 1))
        scene.giveAway()
        let register = scene.agentbox(["tool", "register", "serve.test"] + Self.options(scene))
        #expect(
            register.status != 0 && register.errorOutput.contains("tool.yaml:11:13: grants[0].listen: "), "\(register)")
        #expect(register.errorOutput.contains("allows no `listen` grants"), "\(register)")
        // A call says the same, were it to come to one.
        let call = scene.agentbox(
            ["intent", "explain", scene.intent, "serve.test", "--json", "--arguments", #"{"port": 8080}"#]
                + Self.options(scene))
        let json = try JSON(parsing: call.output)
        #expect(json["effect"] == "deny" && json["code"] == "beyond-profile", "\(call)")
    }
}
