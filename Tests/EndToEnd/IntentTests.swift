import StrictJSON
import TestSupport
import Testing

@Suite("An intent is checked, compared and explained on the command line")
struct IntentTests {
    /// A scene with two intents: `task.yaml`, and `other.yaml` of these rules.
    private func scene(_ rules: String, and others: String, expires: String = "expires: 4h") throws -> Scene {
        let scene = try Scene(.possible[0], rules: rules)
        for (file, rules) in [("task.yaml", rules), ("other.yaml", others)] {
            try scene.folder.write(file, Scene.manifest(rules, head: expires + "\n"))
        }
        scene.giveAway()
        return scene
    }

    private func diff(_ scene: Scene, _ options: String...) -> Command.Result {
        scene.agentbox(["intent", "diff"] + options + [scene.intent, scene.folder("other.yaml")])
    }

    @Test("what is wider is status 1 and shown by a call, what is narrower or equal is status 0")
    func diffs() throws {
        let narrow = "- allow: fs.read\n  args: {path: {under: [docs]}}"
        let wide = "- allow: fs.read\n  args: {path: {under: [docs, src]}}"
        let wider = diff(try scene(narrow, and: wide))
        #expect(wider.status == 1, "\(wider)")
        #expect(wider.output.hasPrefix("wider\n"))
        #expect(wider.output.contains("fs.read: wider"))
        #expect(wider.output.contains("  now allowed, before denied: fs.read {\"path\":"))
        let narrower = diff(try scene(wide, and: narrow))
        #expect(narrower.status == 0, "\(narrower)")
        #expect(narrower.output.hasPrefix("narrower\n"))
        #expect(narrower.output.contains("  now denied, before allowed: fs.read {\"path\":"))
        let equal = diff(try scene(wide, and: "- allow: fs.read\n  args: {path: {under: [src, docs, src/lib]}}"))
        #expect(equal.status == 0, "\(equal)")
        #expect(equal.output.hasPrefix("equal\n"))
    }

    @Test("a model endpoint more is wider, one less is narrower")
    func models() throws {
        func compared(_ before: String, _ after: String) throws -> Command.Result {
            let scene = try scene("- allow: fs.read", and: "- allow: fs.read")
            for (file, models) in [("task.yaml", before), ("other.yaml", after)] {
                try scene.folder.write(
                    file, Scene.manifest("- allow: fs.read", head: "expires: 4h\nmodels: \(models)\n"))
            }
            scene.giveAway()
            return diff(scene)
        }
        let wider = try compared("[a.example]", "[a.example, b.example]")
        #expect(wider.status == 1 && wider.output.contains("can leave by b.example:443"), "\(wider)")
        let narrower = try compared("[a.example, b.example]", "[a.example]")
        #expect(narrower.status == 0 && narrower.output.hasPrefix("narrower\n"), "\(narrower)")
        let other = try compared("[a.example]", "[\"a.example:8443\"]")
        #expect(other.status == 1 && other.output.hasPrefix("incomparable\n"), "\(other)")
        let within = try compared("[a.example]", "[{connect: a.example, within: [10.0.0.0/8]}]")
        #expect(within.status == 1 && within.output.contains("within 10.0.0.0/8"), "\(within)")
        #expect(try compared("[a.example, b.example]", "[b.example, \"a.example:443\"]").output.hasPrefix("equal\n"))
    }

    @Test("what a run decides otherwise that begins as `untrusted` is explained too")
    func untrusted() throws {
        let rules = "- allow: fs.read\n- allow: fs.list\n  when: '!(\"untrusted\" in call.labels)'"
        let scene = try scene(rules, and: rules)
        let words = ["intent", "explain", scene.intent, "fs.list", "path=."]
        let explained = scene.agentbox(words)
        #expect(explained.status == 0 && explained.output.hasPrefix("allow"), "\(explained)")
        #expect(explained.output.contains("begins as `untrusted`; then:\n  deny"), "\(explained)")
        // As the two kinds of callers find it.
        let outside = scene.agentbox(["call", "--intent", scene.intent, "fs.list", "path=."])
        #expect(outside.status == 126, "\(outside)")
        let inside = scene.agentbox(["run", scene.intent, "--", "agentbox", "call", "fs.list", "path=."])
        #expect(inside.status == 0, "\(inside)")
        let json = try JSON(parsing: scene.agentbox(["intent", "explain", "--json"] + words.dropFirst(2)).output)
        #expect(json["effect"] == "allow" || json["decision"] == "allow", "\(json.encodedString())")
        #expect(json["untrusted"] != nil)
        let alike = try JSON(
            parsing: scene.agentbox(["intent", "explain", "--json", scene.intent, "fs.read", "path=README.md"]).output)
        #expect(alike["untrusted"] == nil)
    }

    @Test("with --json a comparison is one object, and nothing else is on standard output")
    func diffAsJSON() throws {
        let scene = try scene(
            "- approve: fs.read\n  by: {role: lead, quorum: 2}\n- allow: fs.list",
            and: "- approve: fs.read\n  by: {role: lead, quorum: 1}\n- allow: fs.list\n  when: args.path == \"docs\"")
        let result = diff(scene, "--json")
        #expect(result.status == 1, "\(result)")
        let comparison = try JSON(parsing: result.output)
        #expect(comparison["relation"] == "incomparable")
        let tools = comparison["tools"]?.arrayValue ?? []
        #expect(tools.map { $0["tool"] } == ["fs.list", "fs.read"])
        #expect(tools.map { $0["relation"] } == ["narrower", "wider"])
        #expect(tools.first?["lost"]?["before"] == "allow" && tools.first?["lost"]?["after"] == "deny")
        let approvals = tools.last?["gained"]?["approvals"]
        #expect(approvals == ["before": "`lead`, 2 people", "after": "`lead`, 1 person"])
        #expect(comparison["task"]?["relation"] == "equal")
    }

    @Test("an intent that cannot be compared is an error with its place, not a relation")
    func diffOfNone() throws {
        let result = diff(
            try scene("- allow: fs.read", and: "- allow: fs.read\n  args: {path: {absent: true, optional: true}}"))
        #expect(result.status == 125, "\(result)")
        #expect(result.output.isEmpty)
        #expect(result.errorOutput.contains("other.yaml:10"))
        #expect(result.errorOutput.contains("`absent` says whether the argument may be left out"))
    }

    @Test("a warning is status 1 only with --strict, and an intent without one is fine under both")
    func strict() throws {
        let scene = try scene(
            "- allow: fs.read\n- allow: fs.read",
            and: "- allow: fs.read\n  args: {path: {under: [docs]}}\n  otherArgs: absent")
        func check(_ words: String...) -> Command.Result { scene.agentbox(["intent", "check"] + words) }
        let lenient = check(scene.intent)
        #expect(lenient.status == 0, "\(lenient)")
        #expect(lenient.output.contains("[shadowed]"))
        #expect(check("--strict", scene.intent).status == 1)
        let asJSON = check("--strict", "--json", scene.intent)
        #expect(asJSON.status == 1)
        #expect(try JSON(parsing: asJSON.output)["lints"]?[0]?["code"] == "shadowed")
        let clean = check("--strict", scene.folder("other.yaml"))
        #expect(clean.status == 0, "\(clean)")
    }

    @Test("a denied call is explained with the rule that would let exactly it through, and that rule does")
    func amendment() throws {
        let rules = "- allow: fs.read\n  args: {path: {under: [docs]}}"
        let scene = try scene(rules, and: rules)
        let words = ["fs.read", "path=README.md"]
        let denied = scene.agentbox(["intent", "explain", scene.intent] + words)
        #expect(denied.status == 126, "\(denied)")
        #expect(denied.output.contains("to let it through: a rule for exactly this call, once"))
        #expect(denied.output.contains("it opens nothing else"))
        let asJSON = scene.agentbox(["intent", "explain", "--json", scene.intent] + words)
        #expect(asJSON.status == 126)
        let amendment = try JSON(parsing: asJSON.output)["amendment"]
        #expect(amendment?["relation"] == "wider" && amendment?["opens"] == [])
        let rule = try #require(amendment?["yaml"]?.stringValue)
        #expect(rule.contains("path: {equals: \"README.md\", under: [\"README.md\"]}"))
        #expect(rule.contains("otherArgs: absent"))
        let amended = rule.split(separator: "\n").map { "  \($0)\n" }.joined()
        let text = try #require(File.text(of: scene.intent))
        try scene.folder.write("other.yaml", text + amended)
        scene.giveAway()
        #expect(scene.agentbox(["intent", "explain", scene.folder("other.yaml")] + words).status == 0)
        let another = scene.agentbox(["intent", "explain", scene.folder("other.yaml"), "fs.read", "path=LICENSE"])
        #expect(another.status == 126)
        #expect(diff(scene).status == 1)
    }
}
