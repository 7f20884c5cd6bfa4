import Diagnostics
import Ledger
import LinuxIO

/// Puts refused requests on record: the first of each kind at once, further ones as counts, once a minute at most. Whoever
/// sends them without end fills nothing.
actor RefusalLog {
    private static let interval: Duration = .seconds(60)

    private let directory: String
    private let tell: @Sendable (String) -> Void
    private var ledger: Ledger?
    private var counts: [ConsoleRefusal: Int64] = [:]
    private var seen: Set<ConsoleRefusal> = []
    private var timer: Task<Void, Never>?

    /// - Parameters:
    ///   - directory: Of the ledger.
    ///   - tell: Says it on the console's terminal.
    init(directory: String, tell: @escaping @Sendable (String) -> Void) {
        self.directory = directory
        self.tell = tell
    }

    /// Counts one refusal.
    ///
    /// - Parameter detail: What was wrong, in words that may be a stranger's.
    func add(_ refusal: ConsoleRefusal, _ detail: String) async {
        let (sum, isTooLarge) = (counts[refusal] ?? 0).addingReportingOverflow(1)
        counts[refusal] = isTooLarge ? .max : sum
        if seen.insert(refusal).inserted {
            tell("refused a request (\(refusal.rawValue)): \(VisibleText.line(detail, limit: 200))")
            await record()
        } else if timer == nil {
            timer = Task {
                try? await Task.sleep(for: Self.interval)
                await self.timeIsUp()
            }
        }
    }

    /// Records what is not on record yet. To be called when the console ends.
    func finish() async {
        await record()
        // What cannot be synced now was written all the same.
        try? await ledger?.close()
        ledger = nil
    }

    private func timeIsUp() async {
        timer = nil
        seen = []
        await record()
    }

    private func record() async {
        let counts = counts
        guard !counts.isEmpty else { return }
        self.counts = [:]
        do {
            try await open().append(
                ConsoleRefusedEntry(
                    counts: Dictionary(uniqueKeysWithValues: counts.map { ($0.key.rawValue, $0.value) })))
        } catch {
            // Tried again with the next.
            for (refusal, count) in counts {
                self.counts[refusal] = (self.counts[refusal] ?? 0).addingReportingOverflow(count).partialValue
            }
        }
    }

    private func open() async throws(LedgerError) -> Ledger {
        if let ledger { return ledger }
        let opened = try await BlockingPool.shared.run { [directory] () throws(LedgerError) in
            try Ledger.open(directory).ledger
        }
        ledger = opened
        return opened
    }
}
