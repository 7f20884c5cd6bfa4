import Manifests
import Policy

/// What came of a whole trace, in counts and the first few surprises: memory does not grow with the trace.
package struct ReplaySummary: Sendable {
    package private(set) var calls = 0
    package private(set) var allowed = 0
    package private(set) var approvals = 0
    package private(set) var denied = 0
    /// Calls that the trace marks as an attack's, and those of them that went ahead.
    package private(set) var attacks = 0
    package private(set) var attacksAhead = 0
    /// Calls that were decided otherwise than expected.
    package private(set) var different = 0
    /// Calls with an expectation.
    package private(set) var expected = 0
    /// Members of recorded calls that nobody reads, with the line where each was first seen.
    package private(set) var unread: [(name: String, line: Int)] = []

    private static let shown = 10

    package init() {}

    package mutating func add(_ replayed: ReplayedCall, line: Int) {
        calls += 1
        switch replayed.decision.effect {
        case .allow: allowed += 1
        case .approve: approvals += 1
        case .deny: denied += 1
        }
        if replayed.call.isAttack {
            attacks += 1
            if replayed.goesAhead { attacksAhead += 1 }
        }
        if replayed.call.expected != nil { expected += 1 }
        if replayed.differs { different += 1 }
        for name in replayed.call.unread where unread.count < Self.shown && !unread.contains(where: { $0.name == name })
        {
            unread.append((name, line))
        }
    }
}
