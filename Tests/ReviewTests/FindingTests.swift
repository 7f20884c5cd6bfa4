import LinuxIO
import Manifests
import StrictJSON
import Testing

@testable import Review

@Suite("A review says what was granted and never used")
struct FindingTests {
    /// Three runs with one call each of `Sources/Foo`, by rule 1.
    private static func used(_ rules: String, head: String = "", foot: String = "") throws -> ReviewFixture {
        var fixture = try ReviewFixture(rules, head: head, foot: foot)
        for number in 1...3 {
            fixture.run {
                $0.call("fs.write", ["path": .string("Sources/Foo/f\(number).swift"), "content": "x"], rule: 0)
            }
        }
        return fixture
    }

    @Test("a rule that no call went ahead by; of a deny, that it stopped none, and it stays")
    func neverUsed() throws {
        let fixture = try Self.used(
            "- allow: fs.write\n  args: {path: {under: [Sources/Foo]}}\n- allow: fs.read\n- deny: exec.run")
        let review = try fixture.review()
        #expect(review.kinds(rule: 1) == [.neverUsed] && review.kinds(rule: 2) == [.neverUsed])
        let proposal = try #require(try fixture.proposal())
        #expect(!proposal.contains("fs.read") && proposal.contains("- deny: exec.run"), "\(proposal)")
        // Positive control: the rule that was used has no finding.
        #expect(review.kinds(rule: 0).isEmpty)
    }

    @Test("places that were not used, down to the folder that was")
    func under() throws {
        let fixture = try Self.used("- allow: fs.write\n  args: {path: {under: [Sources, Tests]}}")
        #expect(try fixture.review().kinds(rule: 0) == [.widerThanUsed])
        #expect(try #require(try fixture.proposal()).contains("path: {under: [Sources/Foo]}"))
    }

    @Test("a file argument that no rule bounds")
    func free() throws {
        let fixture = try Self.used("- allow: fs.write")
        #expect(try #require(try fixture.proposal()).contains("path: {under: [Sources/Foo]}"))
    }

    @Test("too few uses show nothing, and arguments that are not on record neither")
    func tooFew() throws {
        var fixture = try ReviewFixture("- allow: fs.write\n  args: {path: {under: [Sources, Tests]}}")
        fixture.run { $0.call("fs.write", ["path": "Sources/Foo/a", "content": "x"], rule: 0) }
        fixture.run { $0.call("fs.write", ["path": "Sources/Foo/b", "content": "x"], rule: 0) }
        #expect(try fixture.proposal() == nil)
        var unknown = try Self.used("- allow: fs.write\n  args: {path: {under: [Sources, Tests]}}")
        unknown.add(
            "decided",
            [
                "call": "c9", "tool": "fs.write", "effect": "allow",
                "decision": ["rules": [["index": 0, "effect": "allow", "matched": true]]], "arguments": ["digest": "x"],
            ])
        #expect(try unknown.proposal() == nil)
    }

    @Test("tools of a pattern that were never called, and values that were never given")
    func patternAndValues() throws {
        var fixture = try ReviewFixture(
            "- allow: \"git.*\"\n- allow: exec.run\n  args: {argv: {oneOf: [[make, test], [make, lint]]}}")
        for _ in 0..<3 {
            fixture.run {
                $0.call("git.status", [:], rule: 0)
                $0.call("exec.run", ["argv": ["make", "test"]], rule: 1)
            }
        }
        let proposal = try #require(try fixture.proposal())
        #expect(proposal.contains("- allow: git.status"), "\(proposal)")
        #expect(proposal.contains("oneOf: [[make, test]]"), "\(proposal)")
    }

    @Test("budgets far larger than used, with room above what was used")
    func budgets() throws {
        let fixture = try Self.used(
            "- allow: fs.write\n  args: {path: {under: [Sources/Foo]}}\n  budget: {calls: 20, per: 1h}",
            foot: "budget: {calls: 500, time: 2h}\n")
        let review = try fixture.review()
        #expect(review.kinds(rule: 0) == [.budgetLargerThanUsed])
        #expect(review.kinds().filter { $0 == .budgetLargerThanUsed }.count == 2)
        let proposal = try #require(try fixture.proposal())
        #expect(
            proposal.contains("budget: {calls: 2, per: 1h}") || proposal.contains("budget: {calls: 2, per: \"1h\"}"),
            "\(proposal)")
        #expect(proposal.contains("budget: {calls: 2, time: \"2m\"}"), "\(proposal)")
    }

    @Test("a review that is due, soon due, or not due yet", arguments: [(-1, "due"), (5, "soon"), (90, "no")])
    func dates(days: Int64, word: String) throws {
        let fixture = try Self.used("- allow: fs.write", head: "reviewBy: 2027-06-01\n")
        let day = try #require(fixture.intent.reviewBy).secondsSince1970
        let now = Timestamp(millisecondsSince1970: (day - days * 86_400) * 1000)
        let review = try fixture.review(now: now)
        #expect(review.kinds().contains(.reviewDue) == (word == "due"))
        #expect(review.kinds().contains(.reviewSoon) == (word == "soon"))
        #expect(review.findings.contains(where: \.isDue) == (word == "due"))
        #expect(!review.kinds().contains(.noReviewDate))
    }

    @Test("questions that are always answered yes: a rule is suggested, and never among what is proposed")
    func alwaysApproved() throws {
        var fixture = try ReviewFixture("- approve: git.commit")
        for _ in 0..<3 {
            fixture.run {
                $0.ask("git.commit", rule: 0, "allow", by: "bob@example.com")
                $0.call(
                    "git.commit", ["message": "Fix it", "paths": ["a.txt"]], rule: 0, effect: "approve",
                    approval: ["approvers": [["name": "bob@example.com"]]])
            }
        }
        let review = try fixture.review()
        let finding = try #require(review.findings.first { $0.kind == .alwaysApproved })
        #expect(finding.suggestion?.contains("- allow: git.commit") == true, "\(finding)")
        #expect(finding.suggestion?.contains("equals: \"Fix it\"") == true, "\(finding)")
        #expect(try fixture.proposal()?.contains("allow: git.commit") != true)
        #expect(fixture.survey.approvers["bob@example.com"]?.allowed == 3)
        // Each went ahead by the rule that asked.
        #expect(fixture.survey.intents[ReviewFixture.digest]?.rules[0]?.uses == 3)
        #expect(fixture.survey.counts[.approvedCalls] == 3)
    }

    @Test("an answer that did not count leaves the question open, and a quorum says yes once")
    func refusedAndQuorum() throws {
        var fixture = try ReviewFixture("- approve: git.commit")
        fixture.run {
            $0.add("approval-asked", ["call": "c", "tool": "git.commit", "request": "q", "rules": [0]])
            for (verdict, name) in [("refused", "eve"), ("allow", "bob"), ("allow", "carol")] {
                $0.add(
                    "approval-answered",
                    [
                        "call": "c", "request": "q", "verdict": .string(verdict), "approver": .string(name),
                        "breakGlass": .bool(verdict == "refused"), "statement": "s",
                    ])
            }
        }
        let tally = try #require(fixture.survey.intents[ReviewFixture.digest]?.rules[0]?.approvals)
        #expect(tally.asked == 1 && tally.allowed == 1 && tally.denied == 0 && tally.unanswered == 0)
        #expect(fixture.survey.breakGlass.isEmpty && fixture.survey.approvers["eve"] == nil)
        let counts = fixture.survey.counts
        #expect(counts[.approvalsAnswered] == 2 && counts[.breakGlass] == 0 && counts[.signedApprovals] == 2)
        #expect(counts[.approvers] == 2)
    }

    @Test("questions that are always answered no")
    func alwaysRefused() throws {
        var fixture = try ReviewFixture("- approve: git.commit\n  by: {assurance: A2}")
        for _ in 0..<3 { fixture.run { $0.ask("git.commit", rule: 0, "deny", by: "bob@example.com") } }
        #expect(try fixture.review().kinds(rule: 0) == [.alwaysRefused])
        #expect(try #require(try fixture.proposal()).contains("- deny: git.commit"))
    }

    @Test("one no among the answers, and nothing is said of them")
    func mixed() throws {
        var fixture = try ReviewFixture("- approve: git.commit")
        for verdict in ["allow", "allow", "deny", "allow", "expired"] {
            fixture.run { $0.ask("git.commit", rule: 0, verdict, by: verdict == "expired" ? nil : "bob") }
        }
        #expect(try fixture.review().kinds(rule: 0).isEmpty)
        let tally = try #require(fixture.survey.intents[ReviewFixture.digest]?.rules[0]?.approvals)
        #expect(tally.asked == 5 && tally.allowed == 3 && tally.denied == 1 && tally.unanswered == 1)
    }

    @Test("break-glass is due, with who and why")
    func breakGlass() throws {
        var fixture = try ReviewFixture("- approve: git.commit")
        fixture.run { $0.ask("git.commit", rule: 0, "allow", by: "bob@example.com", breakGlass: true) }
        let finding = try #require(try fixture.review().findings.first { $0.kind == .breakGlass })
        #expect(
            finding.isDue && finding.text.contains("bob@example.com") && finding.text.contains("the pager went off"))
        #expect(finding.text.contains("entry 2"))
    }

    @Test("names and reasons of others are shown visibly")
    func hostile() throws {
        var fixture = try ReviewFixture("- approve: git.commit")
        fixture.run { $0.ask("git.commit", rule: 0, "allow", by: "bob\u{1B}[2J\u{202E}", breakGlass: true) }
        let text = try #require(try fixture.review().findings.first { $0.kind == .breakGlass }).text
        #expect(!text.unicodeScalars.contains("\u{1B}") && !text.unicodeScalars.contains("\u{202E}"))
    }
}
