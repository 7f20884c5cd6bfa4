import Glibc
import Ledger
import LinuxIO
import StrictJSON
import TestSupport

/// How fast decisions become durable: entries of the size of a real decision with its arguments, acknowledged when they and
/// a signed checkpoint that covers them are on the disk. The peer writes the same bytes to a file and syncs it, no more.
enum LedgerBenchmark {
    /// One line of the table.
    struct Row: Sendable {
        var name: String
        var perSecond: Double
        var p50: Duration
        var p99: Duration
    }

    /// The table that `make bench` prints. Goals: p99 ≤ 10 ms, 1,000 a second with one producer, 20,000 with 64.
    static func report() async throws -> String {
        var rows = [try peer(for: .seconds(2))]
        for producers in [1, 64] { rows.append(try await measure(producers: producers, for: .seconds(2))) }
        var lines = ["  durable appends                      per second     p50 ms     p99 ms"]
        for row in rows {
            lines.append(
                "  " + padded(row.name, 32, leading: false) + padded(String(Int(row.perSecond)), 15)
                    + padded(milliseconds(row.p50), 11) + padded(milliseconds(row.p99), 11))
        }
        return lines.joined(separator: "\n")
    }

    /// Appends one after another, without any ledger: what a sync costs here.
    private static func peer(for duration: Duration) throws -> Row {
        let folder = try TemporaryFolder()
        let flags = O_WRONLY | O_CREAT | O_APPEND
        let file = try Descriptor.open(folder("peer"), flags, mode: 0o600)
        let bytes = try sample(7).json.canonical()
        let clock = ContinuousClock()
        let start = clock.now
        var latencies: [Duration] = []
        while clock.now - start < duration {
            let begin = clock.now
            try file.writeAll(bytes)
            try file.synchronizeData()
            latencies.append(clock.now - begin)
        }
        return row("peer: write and fdatasync", latencies.sorted(), clock.now - start)
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
        return row("\(producers) producer\(producers == 1 ? "" : "s")", latencies, elapsed)
    }

    private static func row(_ name: String, _ latencies: [Duration], _ elapsed: Duration) -> Row {
        Row(
            name: name, perSecond: Double(latencies.count) / seconds(elapsed), p50: latencies[latencies.count / 2],
            p99: latencies[latencies.count * 99 / 100])
    }

    /// Builds a ledger of so many entries, opens it without a mark and with one, and verifies all of it. Goal: 30 s for a
    /// million, in memory that does not grow with them.
    static func verification(entries: Int) async throws -> String {
        let folder = try TemporaryFolder()
        let (ledger, _) = try Ledger.open(folder("ledger"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for producer in 0..<1000 {
                group.addTask {
                    for number in 0..<entries / 1000 { try await ledger.append(Self.denied(producer * 1000 + number)) }
                }
            }
            try await group.waitForAll()
        }
        try await ledger.close()
        let clock = ContinuousClock()
        let marked = try await clock.measure { try await Ledger.open(folder("ledger")).ledger.close() }
        unlink(folder("ledger/log.mark"))
        let whole = try await clock.measure { try await Ledger.open(folder("ledger")).ledger.close() }
        let before = residentPeak()
        let verified = try clock.measure { _ = try LogVerifier.verify(ledger: folder("ledger")) }
        let growth = residentPeak() - before
        return """
              open and verify \(entries) entries
                open, from its mark         \(padded(milliseconds(marked), 11)) ms
                open, all of it             \(padded(milliseconds(whole), 11)) ms
                audit verify, with its data \(padded(milliseconds(verified), 11)) ms, goal 30000; peak memory grew by \
            \(growth) KiB
            """
    }

    /// In KiB.
    private static func residentPeak() -> Int {
        let status = File.text(of: "/proc/self/status") ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }

    /// A decision that leaves no call open.
    private static func denied(_ number: Int) -> DecidedEntry {
        var entry = sample(number)
        entry.effect = "deny"
        return entry
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

    private static func seconds(_ duration: Duration) -> Double {
        Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
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
