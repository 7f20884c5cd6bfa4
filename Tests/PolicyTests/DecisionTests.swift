import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("What is not allowed is denied; deny beats approve beats allow; an error denies")
struct DecisionTests {
    @Test("Without a rule a call is denied")
    func defaultDeny() throws {
        let decision = try Fixture.compile(Fixture.rule(.allow, "a.x")).decide(Fixture.call("a.y"))
        #expect(decision.effect == .deny)
        #expect(decision.code == .noRule)
        #expect(try Fixture.compile().decide(Fixture.call("a.x")).effect == .deny)
    }

    @Test("A rule that matches allows")
    func allow() throws {
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.*", ["n": [.max(5)]]))
        #expect(intent.decide(Fixture.call("a.x", ["n": 5])).effect == .allow)
        #expect(intent.decide(Fixture.call("a.y", ["n": 5])).effect == .allow)
        #expect(intent.decide(Fixture.call("a.x", ["n": 6])).effect == .deny)
        #expect(intent.decide(Fixture.call("b.x", ["n": 5])).effect == .deny)
    }

    @Test("A tool that is not registered is unknown, whatever the patterns")
    func unknownTool() throws {
        let decision = try Fixture.compile(Fixture.rule(.allow, "*")).decide(Fixture.call("a.z"))
        #expect(decision.effect == .deny)
        #expect(decision.code == .unknownTool)
        #expect(decision.reason == "there is no tool `a.z`, did you mean `a.x`?")
    }

    @Test(
        "Deny beats approve beats allow, in every order",
        arguments: [
            ([.allow], .allow), ([.approve], .approve), ([.deny], .deny), ([.allow, .approve], .approve),
            ([.allow, .deny], .deny), ([.approve, .deny], .deny), ([.allow, .approve, .deny], .deny),
            ([.allow, .allow], .allow),
        ] as [([Intent.Effect], Intent.Effect)])
    func precedence(effects: [Intent.Effect], expected: Intent.Effect) throws {
        for order in Self.permutations(effects) {
            let intent = try CompiledIntent(
                Fixture.intent(order.map { Fixture.rule($0, "a.x") }), tools: Fixture.tools("a.x"))
            #expect(intent.decide(Fixture.call("a.x")).effect == expected)
        }
    }

    @Test("A value of a type that a rule cannot read leaves an allow rule out, and makes others an error")
    func unsuited() throws {
        let call = Fixture.call("a.x", ["amount": "5000"])
        let asks = Fixture.rule(.approve, "a.x", ["amount": [.min(1000)]])
        let denies = Fixture.rule(.deny, "a.x", ["amount": [.min(1000)]])
        let allows = Fixture.rule(.allow, "a.x")
        let bounded = Fixture.rule(.allow, "a.x", ["amount": [.max(10)]])
        #expect(try Fixture.compile(allows, bounded).decide(call).effect == .allow)
        #expect(try Fixture.compile(bounded).decide(call).code == .noRule)
        #expect(try Fixture.compile(allows, asks).decide(call).code == .ruleError)
        #expect(try Fixture.compile(allows, denies).decide(call).code == .ruleError)
        // The control: a value that can be read.
        #expect(try Fixture.compile(allows, denies).decide(Fixture.call("a.x", ["amount": 5])).effect == .allow)
    }

    @Test("A value that cannot be read is an error in every rule, and names it", arguments: Intent.Effect.allCases)
    func broken(effect: Intent.Effect) throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x"), Fixture.rule(effect, "a.x", ["url": [.host(["evil.example"])]]))
        #expect(intent.decide(Fixture.call("a.x", ["url": "https://fine.example"])).effect == .allow)
        let decision = intent.decide(Fixture.call("a.x", ["url": "https://0x7f.1/"]))
        #expect(decision.effect == .deny)
        #expect(decision.code == .ruleError)
        #expect(decision.reason.hasPrefix("rule 2 (line 11, `\(effect.rawValue) a.x`) cannot be evaluated: `url` is"))
        #expect(!decision.clientReason.contains("evil"))
    }

    @Test("A constraint that fails settles a rule, whatever another constraint cannot read")
    func failureBeforeError() throws {
        let arguments: [String: [Constraint]] = ["url": [.host(["a.example"])], "mode": [.equals("fast")]]
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x"), Fixture.rule(.deny, "a.x", arguments))
        #expect(intent.decide(Fixture.call("a.x", ["url": "0x7f.1", "mode": "slow"])).effect == .allow)
        #expect(intent.decide(Fixture.call("a.x", ["url": "0x7f.1", "mode": "fast"])).code == .ruleError)
    }

    @Test("Rules for names and rules for addresses stand side by side; a denied range denies names")
    func namesAndAddresses() throws {
        let name = Fixture.rule(.allow, "a.x", ["host": [.host(["example.com"])]])
        let range = Fixture.rule(.allow, "a.x", ["host": [.cidr(["10.0.0.0/8"])]])
        let denied = Fixture.rule(.deny, "a.x", ["host": [.cidr(["10.1.0.0/16"])]])
        let both = try Fixture.compile(name, range)
        #expect(both.decide(Fixture.call("a.x", ["host": "example.com"])).effect == .allow)
        #expect(both.decide(Fixture.call("a.x", ["host": "10.1.2.3"])).effect == .allow)
        #expect(both.decide(Fixture.call("a.x", ["host": "example.org"])).code == .noRule)
        let bounded = try Fixture.compile(name, range, denied)
        #expect(bounded.decide(Fixture.call("a.x", ["host": "10.2.2.3"])).effect == .allow)
        #expect(bounded.decide(Fixture.call("a.x", ["host": "::ffff:10.1.2.3"])).code == .deniedByRule)
        // The name may resolve to an address of the range.
        #expect(bounded.decide(Fixture.call("a.x", ["host": "example.com"])).code == .ruleError)
    }

    @Test("A value that a thousand rules cannot read makes a short record, and each is explained")
    func manyErrors() throws {
        let rules = (0..<1_000).map { Fixture.rule(.allow, "a.x", ["path": [.under(["m\($0)"])]]) }
        let intent = try CompiledIntent(Fixture.intent(rules), tools: Fixture.tools("a.x"))
        let call = Fixture.call("a.x", ["path": "x"], paths: ["path": .unresolved("it leads out of the workspace")])
        let decision = intent.decide(call)
        #expect(decision.code == .ruleError)
        #expect(decision.rules.count == Weighing.maximumErrors)
        #expect(decision.json().encoded().count < 4096)
        #expect(intent.explain(call).rules.map(\.outcome) == Array(repeating: .error, count: 1_000))
    }

    @Test("A path that leads nowhere denies, even where another rule allows without a condition")
    func unresolved() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.deny, "a.x", ["path": [.under(["secrets"])]]))
        let arguments: JSON = ["path": "link"]
        #expect(intent.decide(Fixture.call("a.x", arguments, paths: ["path": .resolved("src")])).effect == .allow)
        #expect(intent.decide(Fixture.call("a.x", arguments, paths: ["path": .resolved("secrets/k")])).effect == .deny)
        let unresolved = Fixture.call("a.x", arguments, paths: ["path": .unresolved("it leads out of the workspace")])
        #expect(intent.decide(unresolved).code == .ruleError)
        #expect(intent.decide(Fixture.call("a.x", arguments)).code == .ruleError)
    }

    @Test("Where nobody can approve, an approval is a denial that says so")
    func withoutApprover() throws {
        let decision = try Fixture.compile(Fixture.rule(.approve, "a.x")).decide(Fixture.call("a.x"))
        #expect(decision.effect == .approve)
        #expect(decision.code == .approvalRequired)
        let denied = decision.withoutApprover()
        #expect(denied.effect == .deny)
        #expect(denied.code == .approvalUnavailable)
        #expect(
            denied.reason
                == "rule 1 (line 10, `approve a.x`) asks for an approval, and nobody can give one in this run")
        let allowed = try Fixture.compile(Fixture.rule(.allow, "a.x")).decide(Fixture.call("a.x"))
        #expect(allowed.withoutApprover() == allowed)
    }

    @Test("Explaining lists every rule with why, and comes to the same decision")
    func explain() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x", ["n": [.max(5)]]), Fixture.rule(.deny, "b.*"), Fixture.rule(.approve, "a.*"),
            Fixture.rule(.allow, "a.x", ["path": [.under(["Sources"])]]))
        let call = Fixture.call("a.x", ["n": 7, "path": "p"], paths: ["path": .resolved("Tests/x")])
        let decision = intent.explain(call)
        #expect(decision.effect == intent.decide(call).effect)
        #expect(decision.reason == intent.decide(call).reason)
        #expect(decision.rules.map(\.index) == [0, 1, 2, 3])
        #expect(decision.rules.map(\.matched) == [false, false, true, false])
        #expect(
            decision.rules.map(\.why) == [
                "`n` is `7`, which is more than 5", "`a.x` is not one of its tools", "tool and arguments match",
                "`path` is `p`, which is `Tests/x`, which is not under `Sources`",
            ])
    }

    @Test("A denial by default names what came near, and tells the agent only what is wrong with the call")
    func nearest() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x", ["to": [.oneOf(["boss@example.com"])], "n": [.max(5)]]),
            Fixture.rule(.allow, "a.x", ["to": [.matches(".*@partner[.]example")]]))
        let decision = intent.decide(Fixture.call("a.x", ["to": "eve@evil.example", "n": 9]))
        #expect(
            decision.reason == "no rule allows the call; nearest is rule 2 (line 11, `allow a.x`): "
                + "`to` is `eve@evil.example`, which does not match `.*@partner[.]example`")
        #expect(
            decision.clientReason
                == "the task does not allow this call of `a.x`: `to` has not the form that this task may use")
        #expect(decision.rules.count == 2)
        let shown = decision.clientJSON().encodedString()
        for secret in ["boss", "partner", "line", "rule 2"] { #expect(!shown.contains(secret), "\(secret)") }
    }

    @Test("A deny rule's reason is for people, not for the agent")
    func reasons() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.deny, "a.x", reason: "because of project Nightingale"))
        let decision = intent.decide(Fixture.call("a.x"))
        #expect(decision.json().encodedString().contains("Nightingale"))
        #expect(!decision.clientJSON().encodedString().contains("Nightingale"))
    }

    @Test("The record has the documented members")
    func json() throws {
        let decision = try Fixture.compile(Fixture.rule(.allow, "a.*")).decide(Fixture.call("a.x"))
        #expect(
            decision.json() == [
                "effect": "allow", "code": "allowed", "reason": "rule 1 (line 10, `allow a.*`) allows the call",
                "rules": [
                    [
                        "index": 0, "effect": "allow", "tool": "a.*", "matched": true,
                        "why": "tool and arguments match",
                    ]
                ],
            ])
    }

    @Test("What an agent wrote is shown without its control characters")
    func fitToShow() throws {
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x", ["v": [.equals("b")]]))
        let decision = intent.decide(Fixture.call("a.x", ["v": "\u{1B}]0;x\u{7}\u{202E}`"]))
        #expect(decision.reason.hasSuffix("`v` is `\\u{1B}]0;x\\u{7}\\u{202E}\\u{60}`, which is not `b`"))
    }

    static func permutations<Element>(_ elements: [Element]) -> [[Element]] {
        guard elements.count > 1 else { return [elements] }
        return elements.indices.flatMap { index in
            var rest = elements
            let first = rest.remove(at: index)
            return permutations(rest).map { [first] + $0 }
        }
    }
}
