import StrictJSON
import TestSupport
import Testing

@Suite("The checks of manifests say everything at once, with its place")
struct CheckTests {
    @Test("an intent: its workspace, tools, arguments and patterns")
    func intent() throws {
        let scene = try Scene(
            .possible[0],
            rules: """
                - allow: fs.raed
                - allow: fs.read
                  args: {pth: {under: [src]}}
                - allow: fs.list
                  args: {path: {matches: "("}}
                """)
        let text = try #require(File.text(of: scene.intent))
        try scene.folder.write("task.yaml", text.replacing("workspace: workspace", with: "workspace: nowhere"))
        let result = scene.agentbox(["intent", "check", scene.intent])
        #expect(result.status == 1)
        for line in [
            "task.yaml:6:12: workspace: ",
            "task.yaml:8:12: rules[0].allow: there is no tool `fs.raed`; did you mean `fs.read`?",
            "task.yaml:10:12: rules[1].args.pth: `fs.read` has no argument `pth`; did you mean `path`?",
            "task.yaml:12:28: rules[2].args.path.matches: ",
        ] {
            #expect(result.errorOutput.contains(line), "\(line): \(result.errorOutput)")
        }
        let json = try JSON(parsing: scene.agentbox(["intent", "check", "--json", scene.intent]).output)
        #expect(json["problems"]?.arrayValue?.map { $0["line"] } == [6, 8, 10, 12])
        #expect(json["problems"]?[1]?["suggestion"] == "did you mean `fs.read`?")
    }

    @Test("a profile: every name of a group, a system call or a constant that nobody knows")
    func profile() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let profile = """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: mine
            description: Mine.
            extends: base
            syscalls:
              allow: ["@basic-io", opne]
              deny: ["@tmier"]
              rules:
                - {syscall: sokcet, arg: 0, in: [AF_UNIX, AF_UNIXX], action: allow}

            """
        try scene.folder.write("mine.yaml", profile)
        let result = scene.agentbox(["sandbox", "check", "mine.yaml"])
        #expect(result.status == 1)
        for line in [
            "mine.yaml:7:24: syscalls.allow[1]: there is no system call `opne`; did you mean `open`?",
            "mine.yaml:8:10: syscalls.deny[0]: there is no group `@tmier`; did you mean `@timer`?",
            "mine.yaml:10:17: syscalls.rules[0].syscall: there is no system call `sokcet`; did you mean `socket`?",
            "mine.yaml:10:47: syscalls.rules[0].in[1]: `AF_UNIXX` is neither",
        ] {
            #expect(result.errorOutput.contains(line), "\(line): \(result.errorOutput)")
        }
        // Positive control.
        let sound = profile.replacing("opne", with: "open").replacing("tmier", with: "timer")
            .replacing("sokcet", with: "socket").replacing("AF_UNIXX", with: "AF_INET")
        try scene.folder.write("mine.yaml", sound)
        #expect(scene.agentbox(["sandbox", "check", "mine.yaml"]).status == 0)
    }

    @Test("`localhost` is nowhere that a call or an agent can connect to")
    func localhost() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        func tool(_ grant: String) throws -> Command.Result {
            try scene.folder.write(
                "tools/net/tool.yaml",
                """
                apiVersion: agentbox.dev/v1
                kind: Tool
                name: net
                version: 1.0.0
                description: Connects.
                command: [/usr/bin/curl, "${args.port}"]
                input: argv
                inputSchema: {type: object, properties: {port: {type: string}}, additionalProperties: false}
                sandbox: fetch
                grants: [{connect: "\(grant)"}]

                """)
            scene.giveAway()
            return scene.agentbox(["tool", "check", "net", "--tools", scene.folder("tools")])
        }
        for grant in [
            "localhost:8080", "http://localhost:8080/x", "LocalHost.:80", "db.localhost:5432", "localhost:${args.port}",
        ] {
            let check = try tool(grant)
            #expect(check.status == 1 && check.errorOutput.contains("tool.yaml:10:"), "\(grant): \(check)")
            #expect(check.errorOutput.contains("`127.0.0.1:8080`"), "\(grant): \(check)")
            #expect(
                scene.agentbox(["tool", "register", "net", "--tools", scene.folder("tools")]).status != 0, "\(grant)")
        }
        for grant in ["127.0.0.1:8080", "localhost.example:80", "${args.port}"] {
            let check = try tool(grant)
            #expect(check.status == 0, "\(grant): \(check)")
        }
        // Named by the arguments, a call of it is denied and says the same.
        try scene.folder.write("task.yaml", Scene.manifest("- allow: http.get"))
        scene.giveAway()
        let called = try scene.call("http.get", ["url": "http://localhost:8080/"])
        #expect(
            called["decision"] == "deny" && called.encodedString().contains("127.0.0.1:8080"),
            "\(called.encodedString())")
        try scene.folder.write("task.yaml", Scene.manifest("- allow: fs.read", head: "models: [\"localhost:11434\"]\n"))
        scene.giveAway()
        let model = scene.agentbox(["intent", "check", scene.intent])
        #expect(model.status == 1 && model.errorOutput.contains("leads nowhere"), "\(model)")
    }

    @Test("a grant that the profile stands against, and a profile that there is not, are told at their lines")
    func profileOfTool() throws {
        let scene = try Scene(.possible[0], rules: "- allow: net")
        func check(_ sandbox: String, _ grant: String = "{listen: \"8000\"}") throws -> Command.Result {
            try scene.folder.write(
                "tools/net/tool.yaml",
                """
                apiVersion: agentbox.dev/v1
                kind: Tool
                name: net
                version: 1.0.0
                description: Listens.
                command: [/usr/bin/true]
                inputSchema: {type: object}
                sandbox: \(sandbox)
                grants: [\(grant)]

                """)
            scene.giveAway()
            return scene.agentbox(
                ["tool", "check", "net", "--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")])
        }
        try scene.folder.write(
            "sandboxes/mute.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: mute
            description: Sockets, and no word to listen with.
            extends: script
            network: granted
            syscalls: {rules: [{syscall: socket, arg: 0, in: [AF_INET], action: allow}]}

            """)
        for (sandbox, fix) in [
            ("pure", "it needs `network: granted`"), ("build", "it needs `network: granted`"),
            ("mute", "allow: [bind]"),
        ] {
            let result = try check(sandbox)
            #expect(result.status == 1 && result.errorOutput.contains("tool.yaml:9:"), "\(result)")
            #expect(result.errorOutput.contains("grants[0].listen: ") && result.errorOutput.contains(fix), "\(result)")
        }
        #expect(try check("fetch").status == 0, "the control")
        let write = try check("pure", "{write: a}")
        #expect(write.status == 1 && write.errorOutput.contains("grants[0].write: "), "\(write)")
        // Whoever runs into it.
        let missing = try check("nosuch")
        for result in [
            missing, scene.agentbox(["intent", "check", scene.intent, "--tools", scene.folder("tools")]),
            scene.agentbox(["run", scene.intent, "--tools", scene.folder("tools"), "--", "/bin/true"]),
        ] {
            #expect(
                result.status != 0
                    && result.errorOutput.contains("tool.yaml:8:10: sandbox: there is no sandbox profile `nosuch`"),
                "\(result)")
        }
    }

    @Test("a value that should have been JSON is shown as it could be written")
    func argumentWord() throws {
        let scene = try Scene(.possible[0], rules: "- allow: exec.run\n- allow: fs.read")
        let list = scene.agentbox(["call", "--intent", scene.intent, "exec.run", "argv=make,test"])
        #expect(list.status == 125 && list.errorOutput.contains(#"write `argv='["make","test"]'`"#), "\(list)")
        let number = scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=a", "limit=x"])
        #expect(number.errorOutput.contains("write `limit=10`"), "\(number)")
    }

    @Test("lines for people are no wider than their terminal")
    func width() throws {
        let scene = try Scene(
            .possible[0], rules: "- allow: postgres.query\n- allow: \"github.*\"\n- approve: github.pull.merge")
        try scene.folder.write("home/sources/broken.yaml", "kind: CredentialSource\n", mode: 0o600)
        scene.giveAway()
        for words in [
            ["intent", "explain", scene.intent, "github.issue.list", "owner=octo", "repo=hello"],
            ["intent", "check", scene.intent], ["doctor"], ["tool", "check", "postgres.query"], ["credential", "list"],
            ["credential", "check"],
            ["sandbox", "learn", "--workspace", scene.workspace, "--", "/bin/cat", "/etc/shadow"],
            ["review"],
        ] {
            let command = InstalledAgentbox.shared.command(words, as: .root, home: scene.home)
            let result = try TerminalScript.run(command, as: scene.person, steps: [], in: scene.folder.path)
            let lines = result.drawn.replacing(#/\u{1B}\[[0-9;]*m/#, with: "").split(separator: "\r\n")
            #expect(!lines.isEmpty, "\(words)")
            for line in lines { #expect(line.count <= 80, "\(words): \(line)") }
        }
    }

    @Test("a secret in the environment without the word for it says what that word is")
    func downgrade() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        try scene.folder.write(
            "tools/net/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: net
            version: 1.0.0
            description: Connects.
            command: [/usr/bin/curl]
            inputSchema: {type: object, properties: {}, additionalProperties: false}
            sandbox: fetch
            credentials:
              - {name: it, source: it, deliver: {environment: {variable: TOKEN}}}

            """)
        scene.giveAway()
        let check = scene.agentbox(["tool", "check", "net", "--tools", scene.folder("tools")])
        #expect(check.status == 1 && check.errorOutput.contains("write `downgrade: true`"), "\(check)")
    }
}
