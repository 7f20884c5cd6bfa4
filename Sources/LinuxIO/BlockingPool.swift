import Glibc

/// A few threads for calls that block on the disk (`fdatasync`, copying a file), so that the cooperative pool, which
/// has one thread a core, always has one to run on.
///
///     try await BlockingPool.shared.run { () throws(SystemError) in try file.synchronizeData() }
package final class BlockingPool: Sendable {
    /// The process's own.
    package static let shared = BlockingPool(threads: 4)

    let limit: Int
    private let queue = Monitor(Queue())

    private struct Queue {
        var jobs: [@Sendable () -> Void] = []
        var head = 0
        var threads = 0
        /// Threads that wait for a job, or were told of one and are not awake yet.
        var idle = 0

        mutating func next() -> (@Sendable () -> Void)? {
            guard head < jobs.count else {
                jobs.removeAll(keepingCapacity: true)
                head = 0
                return nil
            }
            let job = jobs[head]
            jobs[head] = {}
            head += 1
            return job
        }
    }

    /// A pool that lives as long as the process; its threads start when they are first needed.
    private init(threads limit: Int) { self.limit = limit }

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
        let startsThread = queue.withLock { [limit] queue in
            queue.jobs.append(job)
            let startsThread = queue.idle == 0 && queue.threads < limit
            if startsThread { queue.threads += 1 }
            return startsThread
        }
        queue.tellOne()
        if startsThread { startThread(named: "agentbox-block") { [self] in serve() } }
    }

    private func serve() -> Never {
        while true { next()() }
    }

    private func next() -> @Sendable () -> Void {
        var isIdle = false
        return queue.wait { queue in
            let job = queue.next()
            if (job == nil) != isIdle {
                isIdle.toggle()
                queue.idle += isIdle ? 1 : -1
            }
            return job
        }
    }
}
