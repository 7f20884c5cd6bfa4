import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox review` shows what was granted and never used, and proposes what would have been enough")
struct ReviewCommandTests {
    private static let rules = """
        # writing
        - allow: fs.write
          args: {path: {under: [Sources, Tests]}}
        # never needed
        - allow: exec.run
        """

    private static func scene(_ person: Person = .possible[0]) throws -> Scene {
        let scene = try Scene(person, rules: rules, files: ["Sources/Foo/a.txt": "a", "Tests/b.txt": "b"])
        for number in 1...3 {
            let result = try scene.call("fs.write", ["path": .string("Sources/Foo/f\(number).txt"), "content": "x"])
            #expect(result["decision"] == "allow", "\(result.encodedString())")
        }
        return scene
    }

    @Test(
        "the proposal is a manifest that is narrower, and under which the same calls go ahead",
        arguments: Person.possible)
    func proposal(person: Person) throws {
        let scene = try Self.scene(person)
        let text = scene.agentbox(["review"])
        #expect(text.status == 0 && text.output.contains("rule 2: no call went ahead by it in 3 runs"), "\(text)")
        #expect(
            text.output.contains("-  - allow: exec.run") && text.output.contains("{under: [Sources/Foo]}"), "\(text)")
        let written = scene.agentbox(["review", "test", "--output", scene.folder("narrower.yaml")])
        #expect(written.status == 0, "\(written)")
        // A file that is there is not overwritten.
        #expect(scene.agentbox(["review", "test", "--output", scene.intent]).status == 125)
        let difference = scene.agentbox(["intent", "diff", scene.intent, scene.folder("narrower.yaml"), "--json"])
        #expect(try JSON(parsing: difference.output)["relation"] == "narrower", "\(difference)")
        let manifest = try #require(File.text(of: scene.folder("narrower.yaml")))
        #expect(manifest.contains("# writing") && !manifest.contains("# never needed"), "\(manifest)")
        let call = scene.agentbox([
            "call", "--intent", scene.folder("narrower.yaml"), "fs.write", "path=Sources/Foo/f1.txt", "content=y",
        ])
        #expect(call.status == 0, "\(call)")
        let other = scene.agentbox([
            "call", "--intent", scene.folder("narrower.yaml"), "fs.write", "path=Tests/b.txt", "content=y",
        ])
        #expect(other.status == 126, "\(other)")
    }

    @Test("the intent of an earlier version is known from the store, and its patch applies to its file")
    func patch() throws {
        let scene = try Self.scene()
        let json = try JSON(parsing: scene.agentbox(["review", "--json"]).output)
        let patch = try #require(json["tasks"]?[0]?["diff"]?.stringValue)
        try scene.folder.write("x.patch", patch)
        let applied = scene.script("cp task.yaml /dev/null; patch -p0 task.yaml < x.patch && cat task.yaml")
        #expect(applied.status == 0, "\(applied)")
        #expect(File.text(of: scene.intent) == json["tasks"]?[0]?["proposal"]?.stringValue)
        // The manifest is another one now: the review still knows what was granted.
        let again = try JSON(parsing: scene.agentbox(["review", "--json"]).output)
        #expect(again["tasks"]?[0]?["isKnown"] == true && again["tasks"]?[0]?["manifest"] == nil)
        #expect(again["tasks"]?[0]?["findings"] == json["tasks"]?[0]?["findings"])
    }

    @Test("a review that is due fails `--check`, turns allow into a question, and a later date ends that")
    func due() throws {
        let scene = try Self.scene()
        #expect(scene.agentbox(["review", "--check"]).status == 0)
        try scene.folder.write("task.yaml", Scene.manifest(Self.rules, head: "reviewBy: 2020-01-01\n"))
        scene.giveAway()
        let denied = scene.agentbox(["review", "task.yaml", "--check"])
        #expect(denied.status == 1 && denied.output.contains("its review was due on 2020-01-01"), "\(denied)")
        let intent = scene.agentbox([
            "intent", "explain", scene.intent, "fs.write", "path=Sources/Foo/f1.txt", "content=z", "--json",
        ])
        #expect(
            intent.output.contains("approve") && intent.output.contains("review was due on 2020-01-01"), "\(intent)")
        try scene.folder.write("task.yaml", Scene.manifest(Self.rules, head: "reviewBy: 2999-01-01\n"))
        scene.giveAway()
        #expect(scene.agentbox(["review", "task.yaml", "--check"]).status == 0)
        #expect(
            try scene.call("fs.write", ["path": "Sources/Foo/f1.txt", "content": "z"])["decision"] == "allow")
    }

    @Test("a name that is neither a task nor a manifest is an error that lists those on record")
    func unknown() throws {
        let scene = try Self.scene()
        let result = scene.agentbox(["review", "tset"])
        #expect(result.status == 125 && result.errorOutput.contains("on record are `test`"), "\(result)")
        let home = try Scene(.possible[0], rules: "- allow: fs.read")
        #expect(home.agentbox(["review"]).output == "nothing is on record in this time\n")
    }

    @Test("a damaged ledger is said to be so, and ends with status 1")
    func damaged() throws {
        let scene = try Self.scene()
        let size = Int(scene.script("stat -c %s home/ledger/log").output.dropLast()) ?? 0
        let damage = scene.script(
            "printf '#' | dd of=home/ledger/log bs=1 seek=\(size / 2) conv=notrunc status=none")
        #expect(damage.status == 0)
        for words in [["review"], ["audit", "report", "--standard", "nist-csf"]] {
            let result = scene.agentbox(words)
            #expect(result.status == 1 && result.errorOutput.contains("is damaged"), "\(result)")
        }
    }

    @Test(
        "a report on a standard, as text, JSON and Markdown", arguments: ["owasp-agentic", "owasp-nhi", "nist-csf"])
    func report(standard: String) throws {
        let scene = try Self.scene()
        let words = ["audit", "report", "--standard", standard]
        let text = scene.agentbox(words)
        #expect(text.status == 0 && text.output.contains("not covered"), "\(text)")
        #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 120 })
        let json = try JSON(parsing: scene.agentbox(words + ["--json"]).output)
        let items = json["items"]?.arrayValue ?? []
        #expect(items.count >= 10 && items.contains { $0["evidence"]?["calls allowed"] == 3 })
        let markdown = scene.agentbox(words + ["--markdown"]).output
        #expect(markdown.split(separator: "\n").count { $0.hasPrefix("| ") } == items.count + 1, "\(markdown)")
        #expect(scene.agentbox(["audit", "report", "--standard", "iso"]).status == 125)
    }
}
