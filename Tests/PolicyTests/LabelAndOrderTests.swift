import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("A run carries the labels of what it has seen")
struct LabelTests {
    @Test("An output's labels are the run's from its end on; decisions say which those were")
    func seen() throws {
        var run = try Run(Fixture.rule(.allow, "*"))
        #expect(run.call("a.x", labels: []).labels == [])
        #expect(run.call("a.x", labels: [.untrusted]).labels == [])
        #expect(run.call("a.x", labels: []).labels == [.untrusted])
        #expect(run.state.labels == [.untrusted])
    }

    @Test("A failed call's output counts; one that was never started has none")
    func failed() throws {
        var run = try Run(Fixture.rule(.allow, "*"))
        run.state.settle(run.state.reserve(run.decide("a.x")), .notStarted)
        #expect(run.state.labels.isEmpty)
        run.call("a.x", labels: [.untrusted], succeeded: false)
        #expect(run.state.labels == [.untrusted])
    }

    @Test("A run whose agent sees files by itself starts labelled")
    func start() throws {
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x"))
        #expect(Run(intent, labels: [.untrusted]).decide("a.x").labels == [.untrusted])
    }

    @Test("An approval under a rule that declassifies takes the label away, until the next such output")
    func declassify() throws {
        var run = try Run(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.approve, "a.y", declassify: [.untrusted]),
            Fixture.rule(.approve, "b.x"))
        run.call("a.x", labels: [.untrusted])
        run.call("b.x", approving: true)
        #expect(run.state.labels == [.untrusted])
        run.call("a.y")
        #expect(run.state.labels == [.untrusted])
        run.call("a.y", approving: true)
        #expect(run.state.labels.isEmpty)
        run.call("a.y", labels: [.untrusted], approving: true)
        #expect(run.state.labels == [.untrusted])
    }

    @Test("Where nobody can approve, nothing is declassified")
    func unapproved() throws {
        var run = try Run(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.approve, "a.y", declassify: [.untrusted]))
        run.call("a.x", labels: [.untrusted])
        run.state.reserve(run.decide("a.y").withoutApprover())
        #expect(run.state.labels == [.untrusted])
    }
}

@Suite("Rules ask what came before")
struct OrderTests {
    @Test("after: each of these succeeded in this run")
    func after() throws {
        var run = try Run(
            Fixture.rule(.allow, "a.*"), Fixture.rule(.allow, "b.x", after: ["a.x", "a.y"]))
        #expect(run.call("b.x").effect == .deny)
        run.call("a.x", succeeded: false)
        run.call("a.y")
        let denied = run.call("b.x")
        #expect(denied.effect == .deny)
        #expect(denied.rules[0].why == "no call of `a.x` has succeeded before")
        #expect(denied.clientReason == "the task does not allow this call of `b.x`: another call has to come before it")
        run.state.reserve(run.decide("a.x"))
        #expect(run.call("b.x").effect == .deny)
        run.call("a.x")
        let allowed = run.call("b.x")
        #expect(allowed.effect == .allow)
        #expect(allowed.rules[0].why == "tool and order match")
    }

    @Test("after and before take patterns")
    func patterns() throws {
        var run = try Run(
            Fixture.rule(.allow, "a.*", before: ["b.*"]), Fixture.rule(.allow, "b.x", after: ["a.*"]))
        #expect(run.call("b.x").effect == .deny)
        run.call("a.y")
        #expect(run.call("b.x").effect == .allow)
        #expect(run.call("a.y").rules[0].why == "a call of `b.*` was allowed before")
    }

    @Test("before: none of these was allowed, whatever became of it")
    func before() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", before: ["a.y"]), Fixture.rule(.allow, "a.y"))
        #expect(run.call("a.x").effect == .allow)
        #expect(run.call("a.x").effect == .allow)
        run.state.settle(run.state.reserve(run.decide("a.y")), .notStarted)
        #expect(run.call("a.x").effect == .deny)
    }

    @Test("A rule that is to match before its own tool matches once")
    func once() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", before: ["a.x"]))
        #expect(run.call("a.x").effect == .allow)
        #expect(run.call("a.x").effect == .deny)
    }

    @Test("A deny rule with an order denies only then, and its tool stays visible")
    func denies() throws {
        var run = try Run(
            Fixture.rule(.allow, "*"), Fixture.rule(.deny, "b.x", after: ["a.x"]))
        #expect(run.intent.visibleTools().map(\.rawValue).contains("b.x"))
        #expect(run.call("b.x").effect == .allow)
        run.call("a.x")
        #expect(run.call("b.x").code == .deniedByRule)
    }

    @Test("A name that no tool has is a mistake")
    func unknown() {
        for rule in [Fixture.rule(.allow, "a.x", after: ["a.z"]), Fixture.rule(.allow, "a.x", before: ["a.z"])] {
            let error = #expect(throws: PolicyError.self) { try Run(rule) }
            #expect(error?.code == "unknown-tool")
        }
    }
}
