import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("Budgets of sums, values and bytes hold exactly")
struct BudgetKindTests {
    static func sum(_ maximum: JSON, per: Duration? = nil) throws -> Run {
        try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.sum(["amount"], max: maximum), per: per)]))
    }

    @Test("A sum is exact to the cent, and its limit is reached and not passed")
    func cents() throws {
        var run = try Self.sum(1)
        for _ in 0..<10 { #expect(run.call("a.x", ["amount": 0.1]).effect == .allow) }
        let denied = run.call("a.x", ["amount": 1e-18])
        #expect(denied.code == .ruleBudgetUsedUp)
        #expect(
            denied.rules[0].why
                == "its budget of 1 for the sum of `amount` has 0 left, and the call needs 0.000000000000000001")
        #expect(run.call("a.x", ["amount": 0]).effect == .allow)
        var bills = try Self.sum(987.0)
        for _ in 0..<10 { #expect(bills.call("a.x", ["amount": 98.70]).effect == .allow) }
        #expect(bills.call("a.x", ["amount": 0.01]).effect == .deny)
        var single = try Self.sum(100)
        #expect(single.call("a.x", ["amount": 100.01]).effect == .deny)
        #expect(single.call("a.x", ["amount": 99.99]).effect == .allow)
        #expect(single.call("a.x", ["amount": 0.02]).effect == .deny)
        #expect(single.call("a.x", ["amount": 0.01]).effect == .allow)
    }

    @Test(
        "What cannot be summed denies, and names the rule",
        arguments: [
            ("-1", "which is negative"), ("-5e-324", "cannot be summed exactly"), ("1e-19", "cannot be summed exactly"),
            ("1e21", "cannot be summed exactly"), ("1e308", "cannot be summed exactly"),
            ("\"5\"", "a string, not a number"),
            ("null", "null, not a number"), ("true", "a boolean, not a number"), ("[1]", "an array, not a number"),
            ("{}", "an object, not a number"),
        ])
    func unsummable(text: String, why: String) throws {
        var run = try Self.sum(100)
        let amount = try JSON(parsing: text)
        let decision = run.call("a.x", ["amount": amount])
        #expect(decision.code == .ruleError)
        #expect(
            decision.reason.hasPrefix("rule 1 (line 10, `allow a.x`) cannot be evaluated: its budget counts `amount`"))
        #expect(decision.reason.contains(why), "\(decision.reason)")
        #expect(!decision.clientReason.contains("rule"))
        #expect(run.call("a.x", ["amount": 100]).effect == .allow)
    }

    @Test("A negative amount does not refill a budget, and neither does negative zero")
    func refill() throws {
        var run = try Self.sum(100)
        #expect(run.call("a.x", ["amount": 100]).effect == .allow)
        #expect(run.call("a.x", ["amount": -100]).effect == .deny)
        #expect(run.call("a.x", ["amount": -0.0]).effect == .allow)
        #expect(run.call("a.x", ["amount": 1]).effect == .deny)
        let absent = run.call("a.x")
        #expect(absent.code == .ruleError)
        #expect(absent.clientReason == "the call cannot be checked: `amount` has to be given: it is counted")
    }

    @Test("The largest amounts do not overflow")
    func large() throws {
        var run = try Self.sum(9_223_372_036_854_775_807)
        #expect(run.call("a.x", ["amount": 9_223_372_036_854_775_807]).effect == .allow)
        #expect(run.call("a.x", ["amount": 9_223_372_036_854_775_807]).effect == .deny)
        #expect(throws: PolicyError.self) { try Self.sum(1e30) }
        #expect(throws: PolicyError.self) { try Self.sum(-1) }
    }

    @Test("A sum in a sliding time lets amounts back in as they leave")
    func slidingSum() throws {
        var run = try Self.sum(100, per: .seconds(60))
        #expect(run.call("a.x", ["amount": 60]).effect == .allow)
        run.now = BudgetTests.at(30)
        #expect(run.call("a.x", ["amount": 40]).effect == .allow)
        run.now = BudgetTests.at(59, 999_999_999)
        #expect(run.call("a.x", ["amount": 1]).effect == .deny)
        run.now = BudgetTests.at(60)
        #expect(run.call("a.x", ["amount": 60]).effect == .allow)
        #expect(
            run.call("a.x", ["amount": 1]).rules[0].why.hasPrefix(
                "its budget of 100 for the sum of `amount` in 1m has 0 left"))
        run.now = BudgetTests.at(1000)
        #expect(run.call("a.x", ["amount": 100]).effect == .allow)
    }

    @Test("In no span is the sum more than the budget, for random calls")
    func slidingProperty() throws {
        var random = SeededGenerator(seed: 5)
        var run = try Self.sum(50, per: .seconds(10))
        var spent: [(time: Int64, amount: Int64)] = []
        var time: Int64 = 0
        for _ in 0..<2000 {
            time += Int64.random(in: 0...2, using: &random)
            let amount = Int64.random(in: 0...20, using: &random)
            run.now = BudgetTests.at(time)
            if run.call("a.x", ["amount": .integer(amount)]).effect == .allow { spent.append((time, amount)) }
            #expect(spent.reversed().prefix { $0.time > time - 10 }.reduce(0) { $0 + $1.amount } <= 50)
        }
        #expect(spent.count > 500)
    }

    @Test("Different values are counted, of lists each element, and an old one costs nothing")
    func distinct() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.distinct(["to"], max: 3))]))
        #expect(run.call("a.x", ["to": "a"]).effect == .allow)
        #expect(run.call("a.x", ["to": ["a", "b", "b"]]).effect == .allow)
        #expect(run.call("a.x", ["to": ["c", "d"]]).effect == .deny)
        #expect(run.call("a.x", ["to": 1]).effect == .allow)
        #expect(run.call("a.x", ["to": 1.0]).effect == .allow)
        let denied = run.call("a.x", ["to": "A"])
        #expect(denied.rules[0].why == "its budget of 3 different values of `to` has no room for more")
        #expect(run.call("a.x", ["to": []]).effect == .allow)
        #expect(run.call("a.x").code == .ruleError)
        #expect(run.state.usage(of: BudgetPlace(rule: 0, index: 0))?.remembered == 3)
    }

    @Test("Different values in a sliding time")
    func slidingDistinct() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.distinct(["to"], max: 1), per: .seconds(10))]))
        #expect(run.call("a.x", ["to": "a"]).effect == .allow)
        run.now = BudgetTests.at(9)
        #expect(run.call("a.x", ["to": "b"]).effect == .deny)
        #expect(run.call("a.x", ["to": "a"]).effect == .allow)
        run.now = BudgetTests.at(18)
        #expect(run.call("a.x", ["to": "b"]).effect == .deny)
        run.now = BudgetTests.at(19)
        #expect(run.call("a.x", ["to": "b"]).effect == .allow)
        #expect(run.call("a.x", ["to": "a"]).effect == .deny)
    }

    @Test("Bytes are held when a call is decided and settled when it ends")
    func bytes() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.bytes(ByteCount(1000)))]))
        let first = run.decide("a.x", outputLimit: 600)
        #expect(first.outputLimit == 600)
        let held = run.state.reserve(first)
        let second = run.decide("a.x", outputLimit: 600)
        #expect(second.outputLimit == 400)
        let alsoHeld = run.state.reserve(second)
        let third = run.decide("a.x", outputLimit: 600)
        #expect(third.code == .ruleBudgetUsedUp)
        #expect(
            third.rules[0].why == "its budget of 1000 bytes of output is used up, or held by calls that have not ended")
        #expect(third.clientReason == "the call is beyond what is left of a budget of the task")
        run.state.settle(held, .ended(succeeded: true, bytes: 100, labels: [], reading: nil))
        #expect(run.decide("a.x", outputLimit: 600).outputLimit == 500)
        run.state.settle(alsoHeld, .notStarted)
        #expect(run.decide("a.x").outputLimit == 900)
        run.call("a.x", bytes: 900)
        #expect(run.decide("a.x").rules[0].why == "its budget of 1000 bytes of output is used up")
        run.state.settle(held, .ended(succeeded: true, bytes: 100, labels: [], reading: nil))
        #expect(run.decide("a.x").code == .ruleBudgetUsedUp)
    }

    @Test("A call that was never started gives back what it drew; one that failed does not")
    func release() throws {
        let budgets = [
            Budget(.calls(1)), Budget(.calls(1), per: .seconds(60)), Budget(.sum(["amount"], max: 10)),
            Budget(.sum(["amount"], max: 10), per: .seconds(60)), Budget(.distinct(["to"], max: 1)),
        ]
        for budget in budgets {
            var run = try Run(Fixture.rule(.allow, "a.x", budgets: [budget]))
            let first = run.state.reserve(run.decide("a.x", ["amount": 10, "to": "a"]))
            #expect(run.decide("a.x", ["amount": 1, "to": "b"]).code == .ruleBudgetUsedUp, "\(budget)")
            run.state.settle(first, .notStarted)
            #expect(run.decide("a.x", ["amount": 10, "to": "b"]).effect == .allow, "\(budget)")
            #expect(run.state.calls == 1)
            run.call("a.x", ["amount": 10, "to": "b"], succeeded: false)
            #expect(run.decide("a.x", ["amount": 10, "to": "a"]).code == .ruleBudgetUsedUp, "\(budget)")
        }
    }

    @Test("A released value that another call used too stays")
    func releaseShared() throws {
        var run = try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.distinct(["to"], max: 1))]))
        let first = run.state.reserve(run.decide("a.x", ["to": "a"]))
        run.call("a.x", ["to": "a"])
        run.state.settle(first, .notStarted)
        #expect(run.decide("a.x", ["to": "b"]).effect == .deny)
    }

    @Test("Several budgets of a rule hold together, and what one lacks draws on none")
    func several() throws {
        var run = try Run(
            Fixture.rule(.allow, "a.x", budgets: [Budget(.calls(3)), Budget(.sum(["amount"], max: 10))]))
        #expect(run.call("a.x", ["amount": 8]).effect == .allow)
        #expect(run.call("a.x", ["amount": 8]).effect == .deny)
        #expect(run.call("a.x", ["amount": 1]).effect == .allow)
        #expect(run.call("a.x", ["amount": 1]).effect == .allow)
        #expect(run.call("a.x", ["amount": 0]).rules[0].why == "its budget of 3 calls is used up")
    }

    @Test("The task's budgets are about every tool that has the argument")
    func task() throws {
        var run = try Run(
            Fixture.rule(.allow, "*"),
            limits: [Budget(.sum(["amount"], max: 10)), Budget(.calls(5), per: .seconds(60))])
        #expect(run.call("a.x", ["amount": 6]).effect == .allow)
        #expect(run.call("b.x", ["amount": 6]).code == .taskBudgetUsedUp)
        #expect(run.call("b.x", ["amount": -1]).code == .taskBudgetError)
        #expect(
            run.call("b.x", ["amount": "6"]).reason
                == "the task: its budget counts `amount`, which is `6`, which is a string, not a number")
        #expect(run.call("b.x").effect == .allow)
        #expect(run.call("b.x", ["amount": 4]).effect == .allow)
        #expect(run.call("b.x").effect == .allow)
        #expect(run.call("b.x").effect == .allow)
        let denied = run.call("b.x")
        #expect(denied.code == .taskBudgetUsedUp)
        #expect(denied.reason.contains("the next is possible in 1m"))
    }

    @Test("A budget that counts an argument which no call has is a mistake")
    func unknownArgument() throws {
        let schema: JSON = ["type": "object", "properties": ["amount": [:]], "additionalProperties": false]
        let error = #expect(throws: PolicyError.self) {
            try Run(Fixture.rule(.allow, "a.x", budgets: [Budget(.sum(["amont"], max: 1))]), schema: schema)
        }
        #expect(error?.problems.first?.remedy == "did you mean `amount`?")
    }

    @Test(
        "Amounts are read as people mean them",
        arguments: [
            (98.70, "98.7"), (0.1, "0.1"), (1e-18, "0.000000000000000001"), (-0.0, "0"), (100, "100"),
            (1e20, "100000000000000000000"),
            (-1.5, "-1.5"), (9_223_372_036_854_775_807, "9223372036854775807"),
            (-9_223_372_036_854_775_808, "-9223372036854775808"),
        ] as [(JSON, String)])
    func amounts(value: JSON, text: String) {
        #expect(ExactAmount(value)?.description == text)
    }
}
