import Glibc

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
private final class SharedJobs: @unchecked Sendable {
    private let jobs: [@Sendable () throws -> Void]
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let over: UnsafeMutablePointer<pthread_cond_t>
    // Guarded by `mutex`.
    private var next = 0
    private var finished = 0
    private var failure: (job: Int, error: any Error)?

    init(_ jobs: [@Sendable () throws -> Void]) {
        self.jobs = jobs
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        over = .allocate(capacity: 1)
        over.initialize(to: pthread_cond_t())
        pthread_cond_init(over, nil)
    }

    deinit {
        pthread_cond_destroy(over)
        over.deallocate()
        pthread_mutex_destroy(mutex)
        mutex.deallocate()
    }

    /// Takes jobs until none is left.
    func work() {
        pthread_mutex_lock(mutex)
        while next < jobs.count {
            let job = next
            next += 1
            pthread_mutex_unlock(mutex)
            let result = Result { try jobs[job]() }
            pthread_mutex_lock(mutex)
            if case .failure(let error) = result, failure.map({ job < $0.job }) ?? true { failure = (job, error) }
            finished += 1
            if finished == jobs.count { pthread_cond_broadcast(over) }
        }
        pthread_mutex_unlock(mutex)
    }

    /// Waits for those that others took.
    func wait() throws {
        pthread_mutex_lock(mutex)
        while finished < jobs.count { pthread_cond_wait(over, mutex) }
        let failure = failure
        pthread_mutex_unlock(mutex)
        if let failure { throw failure.error }
    }
}
