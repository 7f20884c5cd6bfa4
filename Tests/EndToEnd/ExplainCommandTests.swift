import StrictJSON
import TestSupport
import Testing

@Suite("`sandbox explain` says which line refused, and what would allow it")
struct ExplainCommandTests {
    /// A tool that tries what its profile and its grant do not give it.
    private static func scene(_ person: Person) throws -> Scene {
        let scene = try Scene(
            person, rules: "- allow: nosy", files: ["README.md": "hello\n", "secret.txt": "secret\n"])
        try scene.folder.write(
            "tools/nosy/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: nosy
            version: 1.0.0
            title: Look around
            description: Tries more than it may.
            command: [./main.sh, "${args.path}"]
            input: argv
            inputSchema: {type: object, properties: {path: {type: string}}, required: [path], additionalProperties: false}
            sandbox: script
            grants:
              - read: "${args.path}"
            """)
        try scene.folder.write(
            "tools/nosy/main.sh",
            """
            #!/bin/sh
            cat "$1"
            unshare --user true
            unshare --user true
            cat secret.txt
            echo x >new.txt
            exit 3
            """, mode: 0o755)
        scene.giveAway()
        let register = scene.agentbox(["tool", "register", "nosy", "--tools", scene.folder("tools")])
        #expect(register.status == 0, "\(register)")
        return scene
    }

    @Test("where the kernel's audit may be read, a file that was refused is reported and explained like a system call")
    func heardOfByTheAudit() async throws {
        try await AuditSwitch.on { _ in
            let scene = try Self.scene(.root)
            let tools = ["--tools", scene.folder("tools")]
            let call = try scene.call("nosy", ["path": "README.md"], options: tools)
            let violations = call["outcome"]?["violations"]?.arrayValue ?? []
            let refused = violations.filter { $0["layer"] == "landlock" }
            let violation = try #require(
                refused.first { $0["path"] == "/workspace/secret.txt" }, "\(call.encodedString())")
            #expect(violation["operation"] == "openat" && violation["error"] == "EACCES")
            #expect(violation["rights"] == ["fs.read_file"])
            #expect(!refused.contains { $0["path"] == "/workspace/README.md" })
            #expect(call["outcome"]?["unreported"] == nil)
            let index = try #require(call["ledgerIndex"]?.integerValue)
            let recorded = try #require(try scene.runs().first?["calls"]?[0]?["ended"]?["outcome"])
            #expect(recorded["violations"]?.arrayValue == violations)

            let told = try JSON(parsing: scene.agentbox(["sandbox", "explain", "\(index)", "--json"] + tools).output)
            let explanation = try #require(
                told["explanations"]?.arrayValue?.first { $0["what"]?.stringValue?.contains("secret.txt") == true })
            #expect(explanation["remedy"]?.stringValue?.contains("read: secret.txt") == true)
            #expect(explanation["reason"]?.stringValue?.contains("/workspace/README.md") == true)
            #expect(told["unreported"] == [])
            let doctor = try JSON(parsing: scene.agentbox(["doctor", "--json"]).output)
            let layer = try #require(doctor["layers"]?.arrayValue?.first { $0["name"] == "audit" })
            #expect(layer["state"] == "enforced")

            // An ordinary user of the same host: nothing is claimed.
            let other = try Self.scene(.ordinaryUser)
            let theirs = try other.call("nosy", ["path": "README.md"], options: ["--tools", other.folder("tools")])
            #expect(theirs["outcome"]?["unreported"] == ["landlock"])
            #expect(!(theirs["outcome"]?["violations"]?.arrayValue ?? []).contains { $0["layer"] == "landlock" })
            let doctors = try JSON(parsing: other.agentbox(["doctor", "--json"]).output)
            let missing = try #require(doctors["layers"]?.arrayValue?.first { $0["name"] == "audit" })
            #expect(missing["state"] == "optional")
            #expect(missing["remedy"]?.stringValue?.contains("CAP_AUDIT_READ") == true)
        }
    }

    @Test(
        "a system call is reported with the call and explained; a file is found by a rerun", arguments: Person.possible)
    func call(person: Person) throws {
        let scene = try Self.scene(person)
        let tools = ["--tools", scene.folder("tools")]
        let call = try scene.call("nosy", ["path": "README.md"], options: tools)
        let violation = try #require(call["outcome"]?["violations"]?[0], "\(call.encodedString())")
        #expect(violation["layer"] == "seccomp" && violation["operation"] == "unshare")
        #expect(violation["arguments"] == ["CLONE_NEWUSER"] && violation["count"] == 2)
        // As root, on a host whose audit is on, nothing is unreported.
        let unreported: JSON? = call["outcome"]?["unreported"]
        #expect(unreported == ["landlock"] || (person == .root && unreported == nil))
        let index = try #require(call["ledgerIndex"]?.integerValue)
        let recorded = try #require(try scene.runs().first?["calls"]?[0]?["ended"]?["outcome"])
        #expect(recorded["violations"]?[0] == violation)

        let plain = try JSON(parsing: scene.agentbox(["sandbox", "explain", "\(index)", "--json"] + tools).output)
        #expect(plain["explanations"]?.arrayValue?.count == 1 || unreported == nil)
        #expect(plain["explanations"]?[0]?["remedy"]?.stringValue?.contains("unshare") == true)
        #expect(plain["unreported"] == unreported ?? [])

        let words = ["sandbox", "explain", "\(index)", "--rerun"] + tools
        let again = try JSON(parsing: scene.agentbox(words + ["--json"]).output)
        let whats = (again["explanations"]?.arrayValue ?? []).compactMap { $0["what"]?.stringValue }
        #expect(whats.contains("read `/workspace/secret.txt`"), "\(whats)")
        #expect(whats.contains("create `/workspace/new.txt`"), "\(whats)")
        #expect(!whats.contains { $0.contains("README.md") }, "\(whats)")
        #expect(again["rerun"] == "exit 3")
        let text = scene.agentbox(words)
        #expect(text.output.contains("a grant `read: secret.txt` of the tool"), "\(text)")
        #expect(try scene.runs().count == 1, "a rerun is not a run")
        #expect(scene.file("new.txt") == nil)
    }

    @Test(
        "a registered tool is watched as it was registered, with the recorded arguments or others",
        arguments: Person.possible)
    func registered(person: Person) throws {
        let scene = try Self.scene(person)
        let call = try scene.call("nosy", ["path": "README.md"])
        let index = try #require(call["ledgerIndex"]?.integerValue, "\(call.encodedString())")
        #expect(Command.run(["/bin/rm", "-r", scene.folder("tools")]).status == 0)
        let read = "read `/workspace/secret.txt`"
        func whats(_ words: [String]) throws -> [String] {
            let result = scene.agentbox(["sandbox", "explain", "--json", "--rerun"] + words)
            let json = try JSON(parsing: result.output)
            #expect(json["withheld"] == [] && json["rerun"] == "exit 3", "\(result)")
            return (json["explanations"]?.arrayValue ?? []).compactMap { $0["what"]?.stringValue }
        }
        let recorded = try whats(["\(index)"])
        #expect(recorded.contains(read) && recorded.contains("create `/workspace/new.txt`"), "\(recorded)")
        // The grant is that of the arguments.
        for words in [["\(index)", "path=secret.txt"], ["\(index)", "--arguments", #"{"path": "secret.txt"}"#]] {
            #expect(try !whats(words).contains(read))
        }
        let never = ["nosy", "--workspace", scene.workspace]
        #expect(try whats(never + ["path=README.md"]).contains(read))
        #expect(try !whats(never + ["path=secret.txt"]).contains(read))
        #expect(scene.file("new.txt") == nil)
        #expect(try scene.runs().count == 1, "a rerun is not a run")
        let wrong = scene.agentbox(["sandbox", "explain", "--rerun", "nosy", "--workspace", scene.workspace])
        #expect(wrong.status == 125 && wrong.errorOutput.contains("input schema"), "\(wrong)")
        let text = scene.agentbox(["sandbox", "explain", "--rerun", "\(index)"])
        #expect(text.errorOutput.contains("what it wrote was thrown away"), "\(text)")
    }

    @Test("a call that connects is made again without its destinations, and says so", arguments: Person.possible)
    func cutOff(person: Person) throws {
        let scene = try EgressScene(person)
        let script = "echo x >/usr/new\ncurl -sS -m 5 http://good.example/a.txt || true\n"
        let arguments: JSON = ["script": .string(script), "to": ["http://good.example"]]
        try scene.scene.folder.write("arguments.json", arguments.encodedString())
        let options = EgressScene.catalogue(scene.scene).joined(separator: " ")
        let result = scene.script(
            """
            call net.run "$(cat arguments.json)" >first
            cat first; before=$(wc -c <queries)
            index=$(grep -o '"ledgerIndex":[0-9]*' first | grep -o '[0-9]*')
            agentbox sandbox explain "$index" --rerun --json \(options) | tr -d "\n"; echo
            echo "asked $before of $(wc -c <queries)"
            """)
        let lines = try result.output.split(separator: "\n").filter { $0.hasPrefix("{") }.map {
            try JSON(parsing: String($0))
        }
        try #require(lines.count == 2, "\(result)")
        // Positive control: the call itself reached it.
        #expect(lines[0]["outcome"]?["stdout"]?.stringValue?.contains("hello from outside") == true, "\(result)")
        #expect(lines[1]["withheld"] == ["good.example:80"], "\(result)")
        let whats = (lines[1]["explanations"]?.arrayValue ?? []).compactMap { $0["what"]?.stringValue }
        #expect(whats.contains("create `/usr/new`"), "\(whats)")
        let asked = result.output.split(separator: "\n").last?.split(separator: " ") ?? []
        #expect(asked.count == 4 && asked[1] == asked[3] && asked[1] != "0", "\(asked)")
    }

    @Test("a call that was denied, and an entry that is none, are errors that say what to do")
    func noCall() throws {
        let scene = try Scene(.possible[0], rules: "- deny: fs.read")
        let denied = try scene.call("fs.read", ["path": "README.md"])
        let index = try #require(denied["ledgerIndex"]?.integerValue)
        let result = scene.agentbox(["sandbox", "explain", "\(index)"])
        #expect(result.status == 125 && result.errorOutput.contains("audit show \(index)"), "\(result)")
        let none = scene.agentbox(["sandbox", "explain", "99999"])
        #expect(none.status == 125 && none.errorOutput.contains("is no call"), "\(none)")
        let word = scene.agentbox(["sandbox", "explain", "mount"])
        #expect(word.status != 0 && word.errorOutput.contains("--profile"), "\(word)")
    }

    @Test("a line of strace is explained under a profile")
    func line() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let result = scene.agentbox([
            "sandbox", "explain", "--profile", "pure", "mount(\"none\", \"/mnt\", \"tmpfs\", 0, NULL) = -1 EPERM",
        ])
        #expect(result.status == 0 && result.output.contains("`syscalls.deny: mount` of profile `base`"), "\(result)")
        let allowed = scene.agentbox(["sandbox", "explain", "--profile", "pure", "read"])
        #expect(allowed.output.contains("allows it"), "\(allowed)")
    }
}
