import Glibc
import LinuxIO

/// Two hundred calls at once: how many a second, and how long each takes from the moment that all are asked for.
struct CrowdBenchmark {
    private static let size = 200
    private let call: TrueCall

    init(initPath: String, sandboxes: String) throws {
        call = try TrueCall(initPath: initPath, sandboxes: sandboxes, isWarm: true)
    }

    private struct Crowd {
        var name: String
        /// Microseconds of each, of all rounds.
        var times: [Double] = []
        /// Microseconds until the last was over, a round each.
        var whole: [Double] = []
    }

    func report(rounds: Int = 7) async throws -> String {
        var crowds = [Crowd(name: "bare posix_spawn, a thread each"), Crowd(name: "agentbox, warm")]
        try await call.run()
        for round in -1..<rounds {
            for (index, measure) in [Self.spawnAll, callAll].enumerated() {
                // What a crowd leaves behind, the kernel takes apart in the background.
                usleep(300_000)
                let start = ContinuousClock.now
                let times = try await measure(start)
                guard round >= 0 else { continue }
                crowds[index].whole.append(microseconds(since: start))
                crowds[index].times += times
            }
        }
        var lines = [left("", 34) + right("calls/s", 9) + right("p50 ms", 9) + right("p99 ms", 9)]
        var rates: [Double] = []
        for crowd in crowds {
            let row = CallRow(name: crowd.name, times: crowd.times.sorted())
            let rate = Double(Self.size) * 1e6 / crowd.whole.sorted()[crowd.whole.count / 2]
            rates.append(rate)
            lines.append(
                left(row.name, 34) + right("\(Int(rate))", 9) + right(decimal(row.median / 1000), 9)
                    + right(decimal(row.percentile(99) / 1000), 9))
        }
        lines.append("bare does \(decimal(rates[0] / rates[1])) × as many a second")
        return lines.joined(separator: "\n")
    }

    private func callAll(_ start: ContinuousClock.Instant) async throws -> [Double] {
        try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<Self.size {
                group.addTask {
                    try await call.run()
                    return microseconds(since: start)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// A thread each: `posix_spawn` and the wait block.
    private static func spawnAll(_ start: ContinuousClock.Instant) async throws -> [Double] {
        try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<size {
                group.addTask {
                    try await withCheckedThrowingContinuation { continuation in
                        startThread(named: "bench-spawn") {
                            continuation.resume(
                                with: Result {
                                    try SpawnedProgram([TrueCall.program]).run()
                                    return microseconds(since: start)
                                })
                        }
                    }
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }
}
