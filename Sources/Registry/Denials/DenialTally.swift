import LinuxIO

/// Keeps an agent that is denied over and over from filling the ledger.
///
/// Denials that differ in nothing that a person would ask about have one *shape*. The first `perShape` of each are
/// recorded one by one, and the first `perRun` in all; further ones are counted, and the counts are recorded every
/// `interval` while there are any, and when the run ends. What is remembered is bounded too: shapes that come up when
/// the run has used up its record are counted together.
final class DenialTally: Sendable {
    /// What makes two denials alike.
    struct Shape: Hashable, Sendable {
        /// A tool that the task has; nil for any other: names that an agent makes up would each be a shape.
        let tool: String?
        let code: String
        /// Positions of the first rules that the denial rests on.
        let rules: [Int]

        init(tool: String?, code: String, rules: some Collection<Int>) {
            self.tool = tool
            self.code = code
            self.rules = Array(rules.prefix(16))
        }

        /// Every shape that came up after the run had used up its record.
        static let others = Shape(tool: nil, code: "others", rules: [])
    }

    /// What is to be done about one denial.
    enum Verdict: Hashable, Sendable {
        case record
        case count
        /// Counted since the run has used up its record of denials: the agent is told.
        case countBeyondCap
    }

    /// How many denials of one shape were counted and not recorded.
    struct Count: Hashable, Sendable {
        let shape: Shape
        let count: Int
    }

    private struct State {
        var recorded: [Shape: Int] = [:]
        var total = 0
        var counted: [Shape: Int] = [:]
        var taken: ContinuousClock.Instant
    }

    let perShape: Int
    let perRun: Int
    private let interval: Duration
    private let state: Locked<State>

    init(perShape: Int = 100, perRun: Int = 1000, interval: Duration = .seconds(10), now: ContinuousClock.Instant) {
        self.perShape = perShape
        self.perRun = perRun
        self.interval = interval
        state = Locked(State(taken: now))
    }

    /// Takes one denial in.
    func add(_ shape: Shape) -> Verdict {
        state.withLock { state in
            let known = state.recorded[shape] ?? 0
            if known < perShape, state.total < perRun {
                state.recorded[shape] = known + 1
                state.total += 1
                return .record
            }
            state.counted[known > 0 ? shape : .others, default: 0] += 1
            return state.total < perRun ? .count : .countBeyondCap
        }
    }

    /// The counts that are due to be recorded; none if the last were taken less than `interval` ago.
    func due(now: ContinuousClock.Instant) -> [Count] {
        state.withLock { state in
            guard !state.counted.isEmpty, now - state.taken >= interval else { return [] }
            return Self.take(&state, now)
        }
    }

    /// All counts that are not recorded yet.
    func rest(now: ContinuousClock.Instant) -> [Count] { state.withLock { Self.take(&$0, now) } }

    /// Takes counts back that could not be recorded.
    func restore(_ counts: some Collection<Count>) {
        state.withLock { state in
            for count in counts { state.counted[count.shape, default: 0] += count.count }
        }
    }

    private static func take(_ state: inout State, _ now: ContinuousClock.Instant) -> [Count] {
        defer {
            state.counted = [:]
            state.taken = now
        }
        return state.counted.map { Count(shape: $0.key, count: $0.value) }.sorted { $0.count > $1.count }
    }
}
