import LinuxIO
import Runs
import Store

/// The review of the ledger, made again when the ledger has grown: it reads all of it.
actor ReviewCache {
    private let home: Home
    private let tools: [String]
    private var known: (version: UInt64, review: LedgerReview)?
    private var making: Task<LedgerReview, any Error>?

    init(_ home: Home, tools: [String]) {
        self.home = home
        self.tools = tools
    }

    func review(of version: UInt64) async throws -> LedgerReview {
        if let known, known.version == version { return known.review }
        if let making { return try await making.value }
        let (home, tools) = (home, tools)
        let task = Task {
            try await BlockingPool.shared.run {
                try LedgerReview(home, LedgerReview.Options(intents: [], since: nil, tools: tools))
            }
        }
        making = task
        defer { making = nil }
        let review = try await task.value
        known = (version, review)
        return review
    }
}
