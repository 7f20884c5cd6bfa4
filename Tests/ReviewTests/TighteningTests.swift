import LinuxIO
import Manifests
import Policy
import Replay
import StrictJSON
import Testing

@testable import Review

@Suite("What a review proposes is narrower, loads, and allows what is on record")
struct TighteningTests {
    @Test("by comparison with the intent, for rules of many shapes, whatever was used of them")
    func narrower() throws {
        let rules = [
            "- allow: fs.write\n  args: {path: {under: [Sources, Tests, .]}}", "- allow: fs.write", "- allow: \"fs.*\"",
            "- allow: \"*\"\n  budget: {calls: 1000}",
            "- approve: fs.write\n  by: {assurance: A2}\n  when: args.path.startsWith(\"S\")",
            "- allow: fs.write\n  args: {path: {under: [Sources], optional: true}, content: {length: {max: 10000}}}",
        ]
        for rule in rules {
            for paths in [["Sources/a/b"], ["Sources/a/x", "Sources/b/y"], ["Tests/t", "Sources/s", "u"]] {
                var fixture = try ReviewFixture(rule + "\n- allow: fs.read")
                for _ in 0..<3 {
                    fixture.run { fixture in
                        for path in paths {
                            fixture.call("fs.write", ["path": .string(path), "content": "x"], rule: 0)
                        }
                    }
                }
                let proposal = try #require(try fixture.proposal(), "\(rule)")
                let narrower = try Intent.load(Array(proposal.utf8), file: "proposal")
                let old = try ReviewFixture.tools.compile(fixture.intent)
                let new = try ReviewFixture.tools.compile(narrower)
                #expect(IntentComparison(old, new).relation == .narrower, "\(proposal)")
                for call in fixture.survey.intents[ReviewFixture.digest]?.calls ?? [] {
                    func effect(_ intent: CompiledIntent) -> Intent.Effect {
                        var session = ReplaySession(
                            intent, tools: ReviewFixture.tools, now: Instant(secondsSince1970: 0))
                        return session.replay(RecordedCall(tool: call.tool, arguments: call.arguments)).decision.effect
                    }
                    #expect(effect(old) == .deny || effect(new) != .deny, "\(call) under \(proposal)")
                }
            }
        }
    }

    @Test("an edit that would refuse a call on record is not proposed, and the finding says why")
    func refusesNothing() throws {
        // The ledger says that rule 1 was used for these; that a path was in fact reached by a link cannot be seen there.
        var fixture = try ReviewFixture("- allow: fs.write\n  args: {path: {under: [Sources, Tests]}}")
        for _ in 0..<3 {
            fixture.run { fixture in
                fixture.call("fs.write", ["path": "Sources/a", "content": "x"], rule: 0)
                // Allowed by the same rule, and on record of none.
                fixture.call("fs.write", ["path": "Tests/b", "content": "x"], rule: 7)
            }
        }
        let review = try fixture.review()
        #expect(review.tightened == nil)
        #expect(review.findings.contains { $0.whyNot?.contains("would not be") == true }, "\(review.findings)")
    }

    @Test("only the lines of what changed are other ones, and comments stay with what is left")
    func lines() throws {
        var fixture = try ReviewFixture(
            """
            # one
            - allow: fs.write   # here
              args: {path: {under: [Sources, Tests]}}
            # two
            - allow: fs.read
              # inside
              reason: because
            # three
            - deny: exec.run
            """, head: "# the rules\n")
        for _ in 0..<3 {
            fixture.run { $0.call("fs.write", ["path": "Sources/Foo/a", "content": "x"], rule: 0) }
        }
        let proposal = try #require(try fixture.proposal())
        #expect(
            proposal.contains(
                "rules:\n  # one\n  - allow: fs.write\n    args:\n      path: {under: [Sources/Foo]}\n  # three\n  - deny: exec.run"
            ),
            "\(proposal)")
        #expect(proposal.hasPrefix("apiVersion: agentbox.dev/v1\nkind: Intent\nname: fix-issue-42\n"))
    }

    @Test("a manifest in flow style, or in JSON, is written anew and means the same")
    func anew() throws {
        var fixture = try ReviewFixture("- allow: fs.write\n- allow: fs.read")
        for _ in 0..<3 { fixture.run { $0.call("fs.write", ["path": "a/b", "content": "x"], rule: 0) } }
        let tightened = try #require(try fixture.review().tightened)
        let form = fixture.intent.canonicalJSON()
        let flow = "{\"apiVersion\": agentbox.dev/v1, rules: [{allow: fs.write}, {allow: fs.read}]}"
        for (source, file) in [(flow, "task.yaml"), (form.pretty(), "task.json")] {
            let text = ManifestText.text(of: tightened, from: form, source: Array(source.utf8), file: file)
            #expect(try Intent.load(Array(text.utf8), file: file).canonicalJSON() == tightened, "\(text)")
        }
    }

    @Test("hosts: those of a list that were used, and the names beneath a wildcard")
    func hosts() throws {
        let used: Set<JSON> = ["https://api.example.com/x", "https://www.example.com", "https://a.example.org/y"]
        let found = try #require(
            ConstraintReview.narrower([.host(["*.example.com", "a.example.org", "example.net"])], used: used))
        #expect(found.constraint == ["host": ["api.example.com", "www.example.com", "a.example.org"]])
        #expect(ConstraintReview.narrower([.host(["a.example.org"])], used: ["https://a.example.org"]) == nil)
        // What cannot be told from a plain host says nothing.
        #expect(ConstraintReview.narrower([.host(["*.example.com"])], used: ["https://user@a.example.com"]) == nil)
    }
}
