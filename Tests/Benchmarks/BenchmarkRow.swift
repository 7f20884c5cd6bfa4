/// One line of the table that `make bench` prints: ours against a peer, measured in turns in one run.
struct BenchmarkRow: Sendable {
    var name: String
    /// Median of ours, in microseconds.
    var ours: Double
    var peer: String
    /// Median of the peer's, in microseconds.
    var peers: Double
    /// What `ratio` should not exceed; nil: nobody asks for anything.
    var goal: Double?

    /// Ours as a multiple of the peer's: below one is faster.
    var ratio: Double { ours / peers }
    var isMet: Bool { goal.map { ratio <= $0 } ?? true }
}

/// Times two functions in turns, so that a change of the machine's pace hits both.
func interleaved(
    rounds: Int, repetitions: Int, ours: () throws -> Void, peer: () throws -> Void
) rethrows -> (ours: Double, peer: Double) {
    func microseconds(_ body: () throws -> Void) rethrows -> Double {
        let duration = try ContinuousClock().measure { for _ in 0..<repetitions { try body() } }
        let parts = duration.components
        return (Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12) / Double(repetitions)
    }
    var times: (ours: [Double], peer: [Double]) = ([], [])
    for _ in 0..<rounds {
        times.ours.append(try microseconds(ours))
        times.peer.append(try microseconds(peer))
    }
    return (times.ours.sorted()[rounds / 2], times.peer.sorted()[rounds / 2])
}
