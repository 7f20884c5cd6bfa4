import Glibc
import Ledger
import LinuxIO
import StrictJSON
import TestSupport

/// How fast decisions become durable: entries of the size of a real decision, acknowledged on disk.
enum LedgerBenchmark {
    /// One line of the table.
    struct Row: Sendable {
        var producers: Int
        var perSecond: Double
        var p50: Duration
        var p99: Duration
    }

    /// Appends with one producer and with 64, for about `seconds` each.
    static func measure(seconds: Double = 2) async throws -> [Row] {
        var rows: [Row] = []
        for producers in [1, 64] {
            rows.append(try await measure(producers: producers, for: .seconds(seconds)))
        }
        return rows
    }

    /// The table that `make bench` prints. Goals: p99 ≤ 10 ms, 1,000 a second with one producer, 20,000 with 64.
    static func report() async throws -> String {
        var lines = ["ledger append, durable      per second     p50 ms     p99 ms"]
        for row in try await measure() {
            lines.append(
                padded("\(row.producers) producer\(row.producers == 1 ? "" : "s")", 24, leading: false)
                    + padded(String(Int(row.perSecond)), 14) + padded(milliseconds(row.p50), 11)
                    + padded(milliseconds(row.p99), 11))
        }
        return lines.joined(separator: "\n")
    }

    private static func measure(producers: Int, for duration: Duration) async throws -> Row {
        let folder = try TemporaryFolder()
        let (ledger, _) = try Ledger.open(folder("ledger"))
        let clock = ContinuousClock()
        let start = clock.now
        let latencies = try await withThrowingTaskGroup(of: [Duration].self) { group in
            for _ in 0..<producers {
                group.addTask {
                    var mine: [Duration] = []
                    while clock.now - start < duration {
                        let entry = Self.sample(mine.count)
                        let begin = clock.now
                        try await ledger.append(entry)
                        mine.append(clock.now - begin)
                    }
                    return mine
                }
            }
            return try await group.reduce(into: []) { $0 += $1 }.sorted()
        }
        let elapsed = clock.now - start
        try await ledger.close()
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        return Row(
            producers: producers, perSecond: Double(latencies.count) / seconds,
            p50: latencies[latencies.count / 2], p99: latencies[latencies.count * 99 / 100])
    }

    static func sample(_ number: Int) -> DecidedEntry {
        DecidedEntry(
            context: RunContext(
                run: "2026-11-24-0d1f3a4b5c6d", task: "fix-issue-42",
                intentDigest: "sha256:" + String(repeating: "a", count: 64), principal: "alice@example.com",
                agent: .init(name: "claude-code", confinement: .confined)),
            call: String(number), tool: "fs.read", effect: DecidedEntry.allowed,
            decision: [
                "effect": "allow", "reason": "rule 3 allows fs.read",
                "rules": [["index": 3, "line": 17, "effect": "allow", "tool": "fs.*", "matched": true]],
            ],
            arguments: .inline(["path": "Sources/main.swift"]), grants: [["read": "Sources/main.swift"]],
            toolDigest: "sha256:" + String(repeating: "b", count: 64),
            profileDigest: "sha256:" + String(repeating: "c", count: 64),
            callDigest: "sha256:" + String(repeating: "d", count: 64))
    }

    private static func padded(_ text: String, _ width: Int, leading: Bool = true) -> String {
        let fill = String(repeating: " ", count: max(0, width - text.count))
        return leading ? fill + text : text + fill
    }

    private static func milliseconds(_ duration: Duration) -> String {
        let microseconds = duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
        let rest = String(microseconds % 1000)
        return "\(microseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }
}
