extension BlockingPool {
    /// Runs jobs that block side by side, on this thread and on those of the pool that are free, and returns when every
    /// one of them is over. Of those that failed, the error of the first in their order.
    ///
    /// This thread takes whatever nobody else has taken, so it may be one of the pool's own, and all of them at once.
    package func runTogether(_ jobs: [@Sendable () throws -> Void]) throws {
        guard jobs.count > 1 else { return try jobs.forEach { try $0() } }
        let share = SharedJobs(jobs)
        for _ in 1..<min(jobs.count, limit) { enqueue { share.work() } }
        share.work()
        try share.wait()
    }
}

/// Jobs that several threads take from one list.
private final class SharedJobs: Sendable {
    private let jobs: [@Sendable () throws -> Void]
    private let progress = Monitor(Progress())

    private struct Progress {
        var next = 0
        var finished = 0
        var failure: (job: Int, error: any Error)?
    }

    init(_ jobs: [@Sendable () throws -> Void]) { self.jobs = jobs }

    /// Takes jobs until none is left.
    func work() {
        while let job = take() {
            let result = Result { try jobs[job]() }
            progress.withLock { progress in
                progress.finished += 1
                guard case .failure(let error) = result, progress.failure.map({ job < $0.job }) ?? true else { return }
                progress.failure = (job, error)
            }
            progress.tellAll()
        }
    }

    private func take() -> Int? {
        progress.withLock { progress in
            guard progress.next < jobs.count else { return nil }
            defer { progress.next += 1 }
            return progress.next
        }
    }

    /// Waits for those that others took.
    func wait() throws {
        let failure = progress.wait { progress in
            progress.finished == jobs.count ? .some(progress.failure) : nil
        }
        if let failure { throw failure.error }
    }
}
