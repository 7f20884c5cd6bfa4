import LinuxIO

/// The thread that writes the log. While it syncs one batch, the next one gathers: however many tasks append at once,
/// they share a write and a sync.
///
/// It is a thread of its own rather than a place in the `BlockingPool`: a decision must not wait behind the copying
/// of a large file.
final class LogWriter: Sendable {
    private struct Waiting: Sendable {
        let entry: LogFile.Pending
        let continuation: CheckedContinuation<Result<LedgerIndex?, LedgerError>, Never>
    }

    private struct Queue {
        var waiting: [Waiting] = []
        var isClosed = false
        var whenClosed: [CheckedContinuation<Result<Void, LedgerError>, Never>] = []
        /// How closing went; nil until the thread has ended.
        var closing: Result<Void, LedgerError>?
    }

    private let queue = Locked(Queue())
    private let wake = WakeUp()

    init(_ file: LogFile) {
        startThread(named: "agentbox-ledger") { [self] in serve(file) }
    }

    /// Nil if the condition did not hold.
    func append(
        _ entry: SealedEntry, onlyIfOpen: CallKey?
    ) async throws(LedgerError) -> LedgerIndex? {
        let entry = LogFile.Pending(entry: entry, onlyIfOpen: onlyIfOpen)
        let result = await withCheckedContinuation { continuation in
            let accepted = queue.withLock { queue in
                if !queue.isClosed { queue.waiting.append(Waiting(entry: entry, continuation: continuation)) }
                return !queue.isClosed
            }
            if accepted {
                wake.signal()
            } else {
                continuation.resume(returning: .failure(LedgerError(.closed, "the ledger is closed")))
            }
        }
        return try result.get()
    }

    /// Refuses further appends and returns when the thread has written and synced what waits.
    func close() async throws(LedgerError) {
        let result = await withCheckedContinuation { continuation in
            let done = queue.withLock { queue in
                queue.isClosed = true
                if queue.closing == nil { queue.whenClosed.append(continuation) }
                return queue.closing
            }
            if let done { continuation.resume(returning: done) }
            wake.signal()
        }
        try result.get()
    }

    /// Like `close`, without waiting.
    func stop() {
        queue.withLock { $0.isClosed = true }
        wake.signal()
    }

    private func serve(_ opened: LogFile) {
        var file = opened
        while true {
            let (batch, isClosed) = take()
            if !batch.isEmpty {
                commit(batch, to: &file)
            } else if isClosed {
                break
            } else {
                wake.wait()
            }
        }
        let result: Result<Void, LedgerError>
        do {
            result = .success(try file.finish())
        } catch {
            result = .failure(error)
        }
        let waiting = queue.withLock { queue in
            queue.closing = result
            defer { queue.whenClosed = [] }
            return queue.whenClosed
        }
        for continuation in waiting { continuation.resume(returning: result) }
    }

    /// What waits, as far as it fits into one batch.
    private func take() -> (batch: [Waiting], isClosed: Bool) {
        queue.withLock { queue in
            // Reports of the log on itself may come on top.
            var room = TornTail.limit - 2 * Frame.maximumSize
            var dataRoom = 2 * DataRecord.maximumPayload
            let count = queue.waiting.prefix { waiting in
                room -= waiting.entry.entry.frame.count
                dataRoom -= waiting.entry.entry.data?.count ?? 0
                return room >= 0 && dataRoom >= 0
            }.count
            defer { queue.waiting.removeFirst(count) }
            return (Array(queue.waiting.prefix(count)), queue.isClosed)
        }
    }

    private func commit(_ batch: [Waiting], to file: inout LogFile) {
        do {
            let indices = try file.commit(batch.map(\.entry))
            for (waiting, index) in zip(batch, indices) { waiting.continuation.resume(returning: .success(index)) }
        } catch {
            for waiting in batch { waiting.continuation.resume(returning: .failure(error)) }
        }
    }
}
