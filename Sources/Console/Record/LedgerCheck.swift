import Ledger
import LinuxIO

/// Verifies the whole ledger again, for a person who wants to know now: every entry against the newest checkpoint, and
/// what is kept beside it against the commitments.
actor LedgerCheck {
    /// What came of it.
    struct Result: Sendable {
        let time: Timestamp
        let microseconds: Int64
        let outcome: Swift.Result<LedgerVerification, LedgerError>
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
        let outcome = await BlockingPool.shared.run { [directory] () -> Swift.Result<LedgerVerification, LedgerError> in
            Swift.Result { () throws(LedgerError) in try LogVerifier.verify(ledger: directory) }
        }
        let took = began.duration(to: .now).components
        last = Result(
            time: .now(), microseconds: took.seconds * 1_000_000 + took.attoseconds / 1_000_000_000_000,
            outcome: outcome)
        isRunning = false
    }
}
