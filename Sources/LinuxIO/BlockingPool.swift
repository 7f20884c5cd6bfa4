import Glibc

/// A few threads for calls that block on the disk (`fdatasync`, copying a file), so that the cooperative pool, which
/// has one thread a core, always has one to run on.
///
///     try await BlockingPool.shared.run { () throws(SystemError) in try file.synchronizeData() }
package final class BlockingPool: @unchecked Sendable {
    /// The process's own.
    package static let shared = BlockingPool(threads: 4)

    let limit: Int
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let arrived: UnsafeMutablePointer<pthread_cond_t>
    // Guarded by `mutex`.
    private var jobs: [@Sendable () -> Void] = []
    private var head = 0
    private var running = 0
    private var idle = 0

    /// A pool that lives as long as the process; its threads start when they are first needed.
    private init(threads limit: Int) {
        self.limit = limit
        mutex = .allocate(capacity: 1)
        mutex.initialize(to: pthread_mutex_t())
        pthread_mutex_init(mutex, nil)
        arrived = .allocate(capacity: 1)
        arrived.initialize(to: pthread_cond_t())
        pthread_cond_init(arrived, nil)
    }

    /// Runs `work` on one of the threads and returns what it returns. Work that has been queued runs even if the task
    /// is cancelled: half a write would be worse than a late one.
    package func run<Success: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Success
    ) async throws(Failure) -> Success {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Success, Failure>, Never>) in
            enqueue {
                do throws(Failure) {
                    continuation.resume(returning: .success(try work()))
                } catch {
                    continuation.resume(returning: .failure(error))
                }
            }
        }
        return try result.get()
    }

    func enqueue(_ job: @escaping @Sendable () -> Void) {
        pthread_mutex_lock(mutex)
        jobs.append(job)
        let startsThread = idle == 0 && running < limit
        if startsThread { running += 1 }
        pthread_cond_signal(arrived)
        pthread_mutex_unlock(mutex)
        if startsThread { startThread(named: "agentbox-block") { [self] in serve() } }
    }

    private func serve() -> Never {
        while true { next()() }
    }

    private func next() -> @Sendable () -> Void {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while head == jobs.count {
            jobs.removeAll(keepingCapacity: true)
            head = 0
            idle += 1
            pthread_cond_wait(arrived, mutex)
            idle -= 1
        }
        let job = jobs[head]
        jobs[head] = {}
        head += 1
        return job
    }
}
