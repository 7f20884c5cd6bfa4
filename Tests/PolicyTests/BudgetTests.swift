import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("Budgets and ends hold to the moment")
struct BudgetTests {
    static let start = Fixture.start

    static func at(_ seconds: Int64, _ nanoseconds: Int32 = 0) -> Instant {
        Instant(secondsSince1970: start.secondsSince1970 + seconds, nanoseconds: nanoseconds)
    }

    /// Decides and, if the call goes ahead, reserves.
    static func run(_ intent: CompiledIntent, _ state: inout TaskState, at now: Instant, _ tool: String = "a.x")
        -> Decision
    {
        let decision = intent.decide(Fixture.call(tool), state: state, now: now)
        _ = state.reserve(decision)
        return decision
    }

    @Test("A rule gives as many calls as its budget says, and then says why not")
    func calls() throws {
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x", budget: Budget(.calls(2))))
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.start).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.start).effect == .allow)
        let third = Self.run(intent, &state, at: Self.start)
        #expect(third.effect == .deny)
        #expect(third.code == .ruleBudgetUsedUp)
        #expect(third.reason == "rule 1 (line 10, `allow a.x`): its budget of 2 calls is used up")
        #expect(third.rules.map(\.matched) == [true])
        #expect(state.calls == 2)
    }

    @Test("A sliding window lets a call back in exactly when the oldest leaves")
    func window() throws {
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x", budget: Budget(.calls(2), per: .seconds(60))))
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.at(0)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(30)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(59, 999_999_999)).code == .ruleBudgetUsedUp)
        #expect(Self.run(intent, &state, at: Self.at(60)).effect == .allow)
        let again = Self.run(intent, &state, at: Self.at(60))
        #expect(again.effect == .deny)
        #expect(again.rules[0].why == "its budget of 2 calls in 1m is used up; the next is possible in 30s")
        #expect(Self.run(intent, &state, at: Self.at(89)).effect == .deny)
        #expect(Self.run(intent, &state, at: Self.at(90)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(119)).effect == .deny)
        #expect(Self.run(intent, &state, at: Self.at(1000)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(1000)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(1000)).effect == .deny)
    }

    @Test("In no window are there more calls than the budget, for random times")
    func windowProperty() throws {
        var random = SeededGenerator(seed: 3)
        let intent = try Fixture.compile(Fixture.rule(.allow, "a.x", budget: Budget(.calls(5), per: .seconds(10))))
        var state = TaskState(startedAt: Self.start)
        var allowed: [Int64] = []
        var now: Int64 = 0
        for _ in 0..<2000 {
            now += Int64.random(in: 0...3, using: &random)
            if Self.run(intent, &state, at: Self.at(now)).effect == .allow { allowed.append(now) }
        }
        for (index, time) in allowed.enumerated().dropFirst(5) { #expect(time - allowed[index - 5] >= 10) }
        #expect(allowed.count > 100)
    }

    @Test("What a budget remembers is bounded by the budget")
    func memory() throws {
        let budget = try #require(CompiledBudget(Budget(.calls(3), per: .seconds(3))))
        let charge = BudgetCharge(place: BudgetPlace(rule: 0, index: 0), budget: budget, draw: .calls)
        var usage = BudgetUsage()
        for second in 0..<10_000 { usage.reserve(charge, by: second, at: Self.at(Int64(second))) }
        #expect(usage.remembered < 200)
        #expect(usage.nextCall(budget, at: Self.at(9999)) == Self.at(10_000))
    }

    @Test("Rules that match draw on their budgets together; one with budget left is enough")
    func several() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.*", budget: Budget(.calls(3))),
            Fixture.rule(.allow, "a.x", budget: Budget(.calls(1))))
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.start).effect == .allow)
        let second = Self.run(intent, &state, at: Self.start)
        #expect(second.effect == .allow)
        #expect(second.rules.map(\.outcome) == [.matched, .budgetUsedUp])
        #expect(Self.run(intent, &state, at: Self.start, "a.y").effect == .allow)
        #expect(Self.run(intent, &state, at: Self.start, "a.y").code == .ruleBudgetUsedUp)
    }

    @Test("An approve rule whose budget is used up does not fall through to an allow rule")
    func approveUsedUp() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x"), Fixture.rule(.approve, "a.x", budget: Budget(.calls(1))))
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.start).effect == .approve)
        let second = Self.run(intent, &state, at: Self.start)
        #expect(second.effect == .deny)
        #expect(second.code == .ruleBudgetUsedUp)
    }

    @Test("A denial draws on nothing")
    func denials() throws {
        let intent = try Fixture.compile(
            Fixture.rule(.allow, "a.x", budget: Budget(.calls(1))), Fixture.rule(.approve, "a.x"))
        var state = TaskState(startedAt: Self.start)
        let approve = intent.decide(Fixture.call("a.x"), state: state, now: Self.start)
        state.reserve(approve.withoutApprover())
        #expect(state == TaskState(startedAt: Self.start))
    }

    @Test("The task's own calls and time are bounded")
    func taskBudget() throws {
        let tools = try Fixture.tools("a.x")
        let intent = try CompiledIntent(
            Fixture.intent([Fixture.rule(.allow, "a.x")], calls: 2, time: .seconds(60)), tools: tools)
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.start).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(59, 999_999_999)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(59)).code == .callBudgetUsedUp)
        #expect(Self.run(intent, &state, at: Self.at(60)).code == .timeBudgetUsedUp)
        #expect(TaskState(startedAt: Self.start).calls == 0)
    }

    @Test("A task ends at the moment that it names, and a clock set back does not bring it back")
    func expiry() throws {
        let tools = try Fixture.tools("a.x")
        let rules = [Fixture.rule(.allow, "a.x")]
        for expires in [Intent.Expiry.after(.seconds(3600)), .at(Self.start.secondsSince1970 + 3600)] {
            let intent = try CompiledIntent(Fixture.intent(rules, expires: expires), tools: tools)
            var state = TaskState(startedAt: Self.start)
            #expect(Self.run(intent, &state, at: Self.at(3599, 999_999_999)).effect == .allow)
            #expect(Self.run(intent, &state, at: Self.at(3600)).code == .taskExpired)
        }
        let intent = try CompiledIntent(Fixture.intent(rules, expires: .after(.seconds(10))), tools: tools)
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.at(9)).effect == .allow)
        #expect(Self.run(intent, &state, at: Self.at(-100)).decidedAt == Self.at(9))
        let past = try CompiledIntent(Fixture.intent(rules, expires: .at(0)), tools: tools)
        #expect(past.decide(Fixture.call("a.x")).code == .taskExpired)
        let far = try CompiledIntent(Fixture.intent(rules, expires: .after(.seconds(Int64.max))), tools: tools)
        #expect(far.decide(Fixture.call("a.x")).effect == .allow)
    }

    @Test("From the day of its review on, an intent's allow counts as approve")
    func review() throws {
        let tools = try Fixture.tools("a.x", "a.y")
        let day = CalendarDate(
            year: 2027, month: 6, day: 1, secondsSince1970: Self.start.secondsSince1970 + 100)
        let intent = try CompiledIntent(
            Fixture.intent([Fixture.rule(.allow, "a.x"), Fixture.rule(.deny, "a.y")], reviewBy: day), tools: tools)
        var state = TaskState(startedAt: Self.start)
        #expect(Self.run(intent, &state, at: Self.at(99, 999_999_999)).effect == .allow)
        let due = Self.run(intent, &state, at: Self.at(100))
        #expect(due.effect == .approve)
        #expect(due.reason.contains("2027-06-01"))
        #expect(due.withoutApprover().code == .approvalUnavailable)
        #expect(Self.run(intent, &state, at: Self.at(100), "a.y").effect == .deny)
    }

    @Test("A moment and a duration add without overflow")
    func instants() {
        #expect(Self.at(0, 999_999_999) + .nanoseconds(1) == Self.at(1))
        #expect(Self.at(1) + .nanoseconds(-1) == Self.at(0, 999_999_999))
        #expect(Self.at(0) + .milliseconds(1500) == Self.at(1, 500_000_000))
        #expect(Instant(secondsSince1970: .max) + .seconds(1) == Instant(secondsSince1970: .max))
        #expect(Instant(secondsSince1970: .min) + .seconds(-1) == Instant(secondsSince1970: .min))
    }
}
