import StrictJSON
import TestSupport
import Testing

@Suite("A workflow can be watched as it is today: what it had, where it went, and what would take its place")
struct ObserveTests {
    private static let token = "ghp_0123456789abcdef0123456789abcdef0123"
    private static let password = "hunter2-of-netrc"

    /// In a network with a name server and servers.
    private func observe(_ words: String, _ scene: EgressScene, after: String = "") throws -> Command.Result {
        try scene.scene.folder.write(
            "people/.netrc", "machine good.example login a password \(Self.password)\n", mode: 0o600)
        try scene.scene.folder.write("people/.ssh/id_ed25519", "-----BEGIN OPENSSH PRIVATE KEY-----\nx\n", mode: 0o600)
        scene.scene.giveAway()
        return scene.script(
            """
            observe() {
                agentbox_words=("$@")
                \(Self.command(scene)) "${agentbox_words[@]}"
            }
            observe \(words)
            echo "status $?"
            \(after)
            """)
    }

    private static func command(_ scene: EgressScene) -> String {
        let words = InstalledAgentbox.shared.command([], as: scene.scene.person, home: scene.scene.home)
        // The last of a name counts.
        let variables = ["HOME=\(scene.scene.folder("people"))", "GITHUB_TOKEN=\(token)", "PLAIN=hello"]
        guard let program = words.lastIndex(of: InstalledAgentbox.shared.path) else { return "false" }
        let (before, rest) = (words[..<program], words[program...])
        return [Array(before), ["/usr/bin/env"], variables, Array(rest), ["observe"]].joined().map { "'\($0)'" }.joined(
            separator: " ")
    }

    @Test("what it read and where it connected is told, with names, and no secret is", arguments: Person.possible)
    func tells(person: Person) throws {
        let scene = try EgressScene(person)
        let result = try observe(
            "--json --write seen -- bash -c 'curl -sn http://good.example/a.txt; cat ~/.ssh/id_ed25519; exit 7'", scene,
            after: "cat seen/task.yaml seen/tools/*/tool.yaml seen/sources/*")
        #expect(result.output.contains("status 7"), "\(result)")
        // What the command writes goes to standard error.
        #expect(result.errorOutput.contains("hello from outside"), "\(result)")
        let lines = result.output.split(separator: "\n").prefix { $0 != "status 7" }
        let line = lines.joined(separator: "\n")
        let seen = try JSON(parsing: line)
        func credential(_ name: String) -> JSON? {
            seen["credentials"]?.arrayValue?.first { $0["name"]?.stringValue?.hasSuffix(name) == true }
        }
        #expect(credential("GITHUB_TOKEN")?["kind"] == "a GitHub personal token", "\(line)")
        #expect(credential("GITHUB_TOKEN")?["hosts"] == ["good.example:80"], "\(line)")
        #expect(credential(".netrc")?["hosts"] == ["good.example:80"], "\(line)")
        #expect(credential(".netrc")?["programs"]?[0]?.stringValue?.hasSuffix("/curl") == true, "\(line)")
        #expect(credential(".netrc")?["ageInDays"] == 0)
        #expect(credential("id_ed25519")?["hosts"] == [], "it was read after, and by another: \(line)")
        #expect(credential("PLAIN") == nil)
        #expect(seen["destinations"]?.arrayValue?.map { $0["name"] ?? .null } == ["good.example:80"], "\(line)")
        #expect(seen["exit"] == 7)
        #expect(result.output.contains("- connect: \"good.example:80\""), "\(result)")
        #expect(result.output.contains("- approve: observed.curl"), "\(result)")
        #expect(!result.output.contains(Self.token) && !result.output.contains(Self.password), "\(result)")
        #expect(!result.errorOutput.contains(Self.token) && !result.errorOutput.contains(Self.password), "\(result)")
    }

    @Test("what it proposes passes the checks, and says what is left to fill in", arguments: Person.possible)
    func proposes(person: Person) throws {
        let scene = try EgressScene(person)
        let options = "--tools tools"
        let result = try observe(
            "--write seen -- bash -c 'curl -snk https://good.example/a.txt; cat ~/.ssh/id_ed25519 >/dev/null; "
                + "curl -s http://other.example/a.txt'", scene,
            after: """
                cat seen/task.yaml seen/tools/*/tool.yaml seen/sources/*
                cp seen/sources/* home/sources/ && chmod 700 home/sources && chmod 600 home/sources/*
                chown -R --reference=home home/sources
                cd seen
                for tool in tools/*; do
                    agentbox tool check ${tool#tools/} \(options) || exit
                    agentbox tool register ${tool#tools/} \(options) || exit
                done
                agentbox intent check task.yaml \(options) && echo all is well
                """)
        #expect(result.output.contains("all is well\n"), "\(result)")
        #expect(result.output.contains("agentbox intent check task.yaml --tools tools"), "\(result)")
        #expect(result.output.contains("broker: {to: \"https://good.example\", variable: GITHUB_TOKEN}"), "\(result)")
        #expect(result.output.contains("variable: OBSERVED_NETRC}"), "\(result)")
        #expect(result.output.contains("pass insert agentbox/netrc"), "\(result)")
        #expect(!(result.output + result.errorOutput).contains("there is none of that name"), "\(result)")
    }

    @Test("what goes on after the command has ended is not broken by that", arguments: Person.possible)
    func background(person: Person) throws {
        let scene = try EgressScene(person)
        let result = try observe(
            "-- bash -c '(sleep 1; curl -s http://good.example/a.txt; touch done) >late 2>&1 & echo started'", scene,
            after: "until [ -e done ]; do sleep 0.05; done; cat late")
        #expect(result.output.hasPrefix("started\nstatus 0\nhello from outside"), "\(result)")
        #expect(result.errorOutput.contains("something that it started goes on"), "\(result)")
    }

    @Test("a command that is not there is an error, and so is a folder that exists")
    func missing() throws {
        let scene = try EgressScene(Person.possible[0])
        #expect(try observe("-- no-such-command", scene).output == "status 127\n")
        let result = try observe("--write www -- touch was-run", scene, after: "ls was-run")
        #expect(result.output == "status 125\n" && result.errorOutput.contains("it exists"), "\(result)")
    }
}
