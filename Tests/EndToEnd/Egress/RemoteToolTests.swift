import StrictJSON
import TestSupport
import Testing

@Suite("The bundled tools that speak with servers do what they say, and reach nothing else")
struct RemoteToolTests {
    private static let rules = ["http.request", "git.fetch", "git.push", "git.log"].map { "- allow: \($0)" }
        .joined(separator: "\n")

    private func scene(_ person: Person) throws -> EgressScene {
        try EgressScene(
            person, rules: Self.rules, tools: [],
            making: """
                export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
                mkdir served && git clone -q --bare source served/repo.git && git -C served/repo.git config http.receivepack true
                git clone -q source workspace/cloned && mv workspace/cloned/.git workspace/.git
                (cd workspace && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "second, of the workspace")
                (cd source && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "second, of the origin")
                (cd source && git push -q ../served/repo.git HEAD:refs/heads/other)
                """)
    }

    @Test("http.request sends methods, headers and bodies", arguments: Person.possible)
    func request(person: Person) throws {
        let scene = try scene(person)
        let posted = try scene.call(
            "http.request",
            ["url": "http://good.example/x?y", "method": "POST", "json": ["a": 1], "headers": ["X-A": "b"]])
        let body = posted["outcome"]?["structured"]?["body"]?.stringValue ?? ""
        #expect(body.contains("/x?y for good.example") && body.contains(#"{"a":1}"#), "\(posted.encodedString())")
        let plain = try scene.call("http.request", ["url": "http://good.example/a.txt"])
        #expect(plain["outcome"]?["structured"]?["body"] == "hello from outside\n", "\(plain.encodedString())")
        for headers: JSON in [["Host": "other.example"], ["Content-Length": "1"], ["A": "b\r\nHost: c"], ["A:b": "c"]] {
            let refused = try scene.call("http.request", ["url": "http://good.example/a.txt", "headers": headers])
            #expect(refused["outcome"]?["status"] == "failed", "\(refused.encodedString())")
            #expect(refused.egress("good.example:80")?["connections"] == 0, "\(refused.encodedString())")
        }
    }

    @Test("git.fetch keeps a branch, and git.push sends one", arguments: Person.possible)
    func git(person: Person) throws {
        let scene = try scene(person)
        let fetched = try scene.call("git.fetch", ["url": "http://good.example/git/repo.git", "branch": "other"])
        #expect(fetched["outcome"]?["status"] == "succeeded", "\(fetched.encodedString())")
        #expect(fetched["outcome"]?["structured"]?["ref"] == "refs/remotes/origin/other")
        #expect(fetched["outcome"]?["violations"]?.arrayValue?.filter { $0["layer"] != "seccomp" } ?? [] == [])
        // Nothing is tried that its profile refuses.
        #expect(!fetched.encodedString().contains("AF_UNIX"), "\(fetched.encodedString())")
        let log = try scene.call("git.log", ["ref": "refs/remotes/origin/other"])
        #expect(log.encodedString().contains("second, of the origin"), "\(log.encodedString())")
        let pushed = try scene.call(
            "git.push", ["url": "http://good.example/git/repo.git", "branch": "agent/fix"])
        #expect(pushed["outcome"]?["structured"]?["created"] == true, "\(pushed.encodedString())")
        let there = Command.run(
            [
                "git", "-c", "safe.directory=*", "-C", scene.scene.folder("served/repo.git"), "log", "-1",
                "--format=%s", "agent/fix",
            ])
        #expect(there.output == "second, of the workspace\n", "\(there)")
        // What is there is not thrown away, unless the call names it.
        let other = fetched["outcome"]?["structured"]?["commit"] ?? .null
        let over: JSON = ["url": "http://good.example/git/repo.git", "branch": "other"]
        let refused = try scene.call("git.push", over)
        #expect(refused["outcome"]?["status"] == "failed", "\(refused.encodedString())")
        var named = over.objectValue ?? JSONObject()
        named["replaces"] = other
        let replaced = try scene.call("git.push", .object(named))
        #expect(replaced["outcome"]?["structured"]?["changed"] == true, "\(replaced.encodedString())")
    }

    @Test(
        "what the repository configures leads nowhere",
        arguments: [
            "[url \"http://other.example/\"]\n\tinsteadOf = http://good.example/\n",
            "[http \"http://good.example/git/repo.git\"]\n\tproxy = http://other.example:80\n\tsslVerify = false\n",
            "[credential]\n\thelper = \"!touch /workspace/was-run\"\n[core]\n\tsshCommand = touch /workspace/was-run\n",
            "[remote \"http://good.example/git/repo.git\"]\n\turl = http://other.example/\n\tuploadpack = touch was-run\n",
        ])
    func configured(configuration: String) throws {
        let scene = try scene(Person.possible[0])
        let old = File.text(of: scene.scene.folder("workspace/.git/config")) ?? ""
        try scene.scene.folder.write("workspace/.git/config", old + configuration)
        scene.scene.giveAway()
        let fetched = try scene.call("git.fetch", ["url": "http://good.example/git/repo.git", "branch": "other"])
        let uses = fetched["outcome"]?["egress"]?.arrayValue ?? []
        #expect(uses.map { $0["destination"] } == ["good.example:80"], "\(fetched.encodedString())")
        #expect(File.text(of: scene.scene.folder("workspace/was-run")) == nil)
    }

    @Test("a tool of an OpenAPI description makes its request and no other", arguments: Person.possible)
    func openAPI(person: Person) throws {
        let scene = try EgressScene(person, rules: "- allow: \"pets.*\"", tools: [])
        try scene.scene.folder.write(
            "openapi.yaml",
            """
            openapi: 3.1.0
            info: {title: Pets, version: "1"}
            servers: [{url: "http://good.example:8080/api"}]
            paths:
              /pets/{name}:
                get:
                  operationId: getPet
                  summary: Says what a pet is.
                  parameters:
                    - {name: name, in: path, required: true, schema: {type: string}}
                    - {name: tag, in: query, schema: {type: array, items: {type: string}}}
                    - {name: theme, in: cookie, schema: {type: string}}
                    - {name: size, in: cookie, schema: {type: integer}}
              /pets:
                post:
                  operationId: addPet
                  requestBody: {content: {text/plain: {schema: {type: string}}}}
            """)
        try scene.scene.folder.folder("made")
        try scene.scene.folder.folder("several")
        scene.scene.giveAway()
        let several = scene.script(
            """
            cd several && agentbox tool new pets --http ../openapi.yaml
            """)
        #expect(
            several.output.contains("for tool in pets.get-pet pets.add-pet; do agentbox tool check $tool"), "\(several)"
        )
        let made = scene.script(
            """
            cd made && agentbox tool new pets --http ../openapi.yaml --operation get-pet && cd .. &&
            agentbox tool check pets.get-pet --tools made && agentbox tool register pets.get-pet --tools made
            """)
        #expect(made.status == 0, "\(made)")
        #expect(made.output.contains("agentbox tool check pets.get-pet --tools . && agentbox tool register"), "\(made)")
        let asked = try scene.call("pets.get-pet", ["name": "a b", "tag": ["x", "y&z"]])
        #expect(
            asked["outcome"]?["structured"]?["json"] == ["said": "/api/pets/a%20b?tag=x&tag=y%26z with nothing"],
            "\(asked.encodedString())")
        let dressed = try scene.call("pets.get-pet", ["name": "a", "theme": "dark; admin=1", "size": 3])
        #expect(
            dressed["outcome"]?["structured"]?["json"]
                == ["said": "/api/pets/a with nothing and theme=dark%3B%20admin%3D1; size=3"],
            "\(dressed.encodedString())"
        )
        // A request that its grant does not cover: what agentbox answers in the server's place is no answer of the server.
        let edited = scene.script(
            """
            sed -i '/methods:/s,/api/pets/,/other/,' made/pets.get-pet/tool.yaml
            agentbox tool register pets.get-pet --tools made >/dev/null
            agentbox call --intent task.yaml --tools made pets.get-pet name=a; echo "status $?"
            sed -i '/methods:/s,/other/,/api/pets/,' made/pets.get-pet/tool.yaml
            agentbox tool register pets.get-pet --tools made >/dev/null
            """)
        #expect(edited.output.contains("status 1\n"), "\(edited)")
        #expect(edited.errorOutput.contains("agentbox has refused the request (request-not-granted)"), "\(edited)")
        for name in ["../x", "..", "a/b", ""] {
            let refused = try scene.call("pets.get-pet", ["name": .string(name)])
            #expect(refused["outcome"]?["status"] != "succeeded", "\(refused.encodedString())")
        }
    }

    /// A source that holds what the servers of the world ask for, and a file of whom they are certified by.
    private func credentialed(_ person: Person, rules: String, files: [String: String], making: String = "") throws
        -> EgressScene
    {
        let scene = try EgressScene(person, rules: rules, files: files, tools: [], making: making)
        try scene.scene.folder.folder("home/sources", mode: 0o700)
        let secret = try scene.scene.folder.write("secret", "of-the-test", mode: 0o600)
        try scene.scene.folder.write(
            "home/sources/held.yaml",
            "apiVersion: agentbox.dev/v1\nkind: CredentialSource\nname: held\ntype: file\noptions: {path: \(secret)}\n",
            mode: 0o600)
        scene.scene.giveAway()
        return scene
    }

    /// A bundled tool of git's with a name of its own and a password for `/git/private` of `good.example`.
    private static func privateTool(_ bundled: String, _ name: String) -> String {
        let manifest = File.text(of: InstalledAgentbox.checkout + "/Tools/\(bundled)/tool.yaml") ?? ""
        return manifest.replacing("name: \(bundled)\n", with: "name: \(name)\n")
            .replacing(
                "  - connect: \"${args.url}\"", with: "  - {connect: \"https://good.example\", trust: ca.pem}"
            )
            .replacing(
                "labels:",
                with: """
                    files: [ca.pem]
                    credentials:
                      - name: held
                        source: held
                        deliver:
                          broker: {to: "https://good.example", methods: [GET, POST], paths: ["/git/private/**"], uses: 8, variable: GIT_TOKEN}
                    labels:
                    """
            )
            .split(separator: "\n", omittingEmptySubsequences: false).prefix { $0 != "tests:" }.joined(separator: "\n")
            + "\n"
    }

    @Test("git fetches and pushes with a password that it never sees", arguments: Person.possible)
    func privateRepository(person: Person) throws {
        let scene = try credentialed(
            person, rules: "- allow: git.private\n- allow: git.private-push",
            files: [
                "tools/git.private/tool.yaml": Self.privateTool("git.fetch", "git.private"),
                "tools/git.private-push/tool.yaml": Self.privateTool("git.push", "git.private-push"),
            ],
            making: """
                export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'
                for tool in tools/git.*; do cp certificate.pem $tool/ca.pem; done
                mkdir served && git clone -q --bare source served/repo.git
                git -C served/repo.git config http.receivepack true
                git -C served/repo.git branch other
                git clone -q source workspace/cloned && mv workspace/cloned/.git workspace/.git
                (cd workspace && git -c user.name=a -c user.email=a@b commit -q --allow-empty -m "second, of the workspace")
                """)
        let options = EgressScene.catalogue(scene.scene).joined(separator: " ")
        let registered = scene.script(
            "for tool in git.private git.private-push; do agentbox tool register $tool \(options) || exit; done")
        try #require(registered.status == 0, "\(registered)")
        let url: JSON = "https://good.example/git/private/repo.git"
        let fetched = try scene.call("git.private", ["url": url, "branch": "other"])
        #expect(fetched["outcome"]?["structured"]?["changed"] == true, "\(fetched.encodedString())")
        let pushed = try scene.call("git.private-push", ["url": url, "branch": "agent/fix"])
        #expect(pushed["outcome"]?["structured"]?["created"] == true, "\(pushed.encodedString())")
        let there = Command.run(
            [
                "git", "-c", "safe.directory=*", "-C", scene.scene.folder("served/repo.git"), "log", "-1",
                "--format=%s", "agent/fix",
            ])
        #expect(there.output == "second, of the workspace\n", "\(there)")
        for made in [fetched, pushed] {
            #expect((made["outcome"]?["credentials"]?[0]?["uses"]?.integerValue ?? 0) > 0, "\(made.encodedString())")
            #expect(!made.encodedString().contains("of-the-test"))
        }
        // Where it does not belong it does not go, and nothing opens.
        for tool in ["git.private", "git.private-push"] {
            let elsewhere = try scene.call(
                tool, ["url": "https://good.example/git/private/../other.git", "branch": "other"])
            #expect(elsewhere["outcome"]?["status"] != "succeeded", "\(elsewhere.encodedString())")
        }
        // The control: without it the repository is closed.
        let plain = scene.script(
            "GIT_TERMINAL_PROMPT=0 git ls-remote http://good.example/git/private/repo.git")
        #expect(plain.status != 0, "\(plain)")
    }

    @Test("an operation's security scheme becomes a credential that the broker puts in", arguments: Person.possible)
    func securityScheme(person: Person) throws {
        let scene = try credentialed(
            person, rules: "- allow: \"pets.*\"",
            files: [
                "openapi.yaml": """
                openapi: 3.0.3
                info: {title: Pets, version: "1"}
                servers: [{url: "https://good.example/api"}]
                security: [{key: []}]
                paths:
                  /pets:
                    get: {operationId: listPets}
                components: {securitySchemes: {key: {type: http, scheme: bearer}}}
                """, "made/.keep": "",
            ])
        let made = scene.script(
            """
            cd made && agentbox tool new pets --http ../openapi.yaml --source held && cd .. || exit
            cp certificate.pem made/pets.list-pets/ca.pem
            sed -i 's/^    http:/    trust: ca.pem\\n    http:/; s/^labels:/files: [ca.pem]\\nlabels:/' made/pets.list-pets/tool.yaml
            agentbox tool check pets.list-pets --tools made; agentbox tool register pets.list-pets --tools made
            """)
        #expect(made.status == 0, "\(made)")
        let asked = try scene.call("pets.list-pets", [:])
        #expect(
            asked["outcome"]?["structured"]?["json"] == ["said": "/api/pets with what it should"],
            "\(asked.encodedString())")
        #expect(asked["outcome"]?["credentials"]?[0]?["uses"] == 1, "\(asked.encodedString())")
    }
}
