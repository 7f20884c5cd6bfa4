import Ledger
import LinuxIO

/// Reads the whole ledger again, for a person who wants to know now.
actor LedgerCheck {
    /// What came of it.
    struct Result: Sendable {
        let time: Timestamp
        let entries: UInt64
        let microseconds: Int64
        /// Nil if all of it is sound.
        let problem: LedgerError?
    }

    private let directory: String
    private(set) var last: Result?
    private(set) var isRunning = false

    init(directory: String) { self.directory = directory }

    /// Begins, unless it is going on.
    func begin() {
        guard !isRunning else { return }
        isRunning = true
        Task { await check() }
    }

    private func check() async {
        let began = ContinuousClock.now
        let directory = directory
        let (entries, problem) = await BlockingPool.shared.run { () -> (UInt64, LedgerError?) in
            var entries: UInt64 = 0
            do throws(LedgerError) {
                var reader = try LedgerReader(directory: directory)
                while let record = try reader.next() { entries = record.index + 1 }
                return (entries, nil)
            } catch {
                return (entries, error)
            }
        }
        let took = began.duration(to: .now).components
        last = Result(
            time: .now(), entries: entries, microseconds: took.seconds * 1_000_000 + took.attoseconds / 1_000_000_000_000,
            problem: problem)
        isRunning = false
    }
}
