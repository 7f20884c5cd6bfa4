import Testing

@testable import Registry

@Suite("An agent that is denied over and over does not fill the ledger")
struct DenialTallyTests {
    private let start = ContinuousClock.now

    private func shape(_ code: String, tool: String? = "fs.read", rules: [Int] = []) -> DenialTally.Shape {
        DenialTally.Shape(tool: tool, code: code, rules: rules)
    }

    @Test("Of one shape the first are recorded, the others counted")
    func coalesces() {
        let tally = DenialTally(perShape: 3, perRun: 100, now: start)
        let verdicts = (0..<5).map { _ in tally.add(shape("no-rule")) }
        #expect(verdicts == [.record, .record, .record, .count, .count])
        // Another tool, another code or other rules are another shape.
        #expect(tally.add(shape("no-rule", tool: "fs.list")) == .record)
        #expect(tally.add(shape("rule-error")) == .record)
        #expect(tally.add(shape("no-rule", rules: [1])) == .record)
        #expect(tally.rest(now: start) == [DenialTally.Count(shape: shape("no-rule"), count: 2)])
        #expect(tally.rest(now: start) == [])
    }

    @Test("A run records so many denials in all, and remembers no more shapes")
    func caps() {
        let tally = DenialTally(perShape: 10, perRun: 20, now: start)
        let verdicts = (0..<1000).map { tally.add(shape("code-\($0)")) }
        #expect(verdicts.prefix(20).allSatisfy { $0 == .record })
        #expect(verdicts.dropFirst(20).allSatisfy { $0 == .countBeyondCap })
        #expect(tally.rest(now: start) == [DenialTally.Count(shape: .others, count: 980)])
    }

    @Test("Counts are due when the interval is over, and what could not be recorded comes again")
    func intervals() {
        let tally = DenialTally(perShape: 0, perRun: 100, interval: .seconds(10), now: start)
        _ = tally.add(shape("no-rule"))
        #expect(tally.due(now: start + .seconds(9)) == [])
        let due = tally.due(now: start + .seconds(10))
        #expect(due.map(\.count) == [1])
        tally.restore(due)
        _ = tally.add(shape("no-rule"))
        #expect(tally.due(now: start + .seconds(19)) == [])
        #expect(tally.due(now: start + .seconds(20)).map(\.count) == [2])
        #expect(tally.due(now: start + .seconds(60)) == [])
    }
}
