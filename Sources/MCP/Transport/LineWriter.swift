import LinuxIO

/// Writes whole lines in the order in which they were queued, one writer for any number of senders.
///
/// The queue is bounded: a peer that does not read stops its own answers, not the host's memory.
final class LineWriter: Sendable {
    private struct State {
        var lines = FIFO<[UInt8]>()
        /// Queued or being written.
        var bytes = 0
        var isFinishing = false
        var isClosed = false
        var writer: CheckedContinuation<Void, Never>?
        var senders: [CheckedContinuation<Void, Never>] = []
    }

    /// What is written at once, so that many small answers are one system call.
    private static let batchBytes = 64 << 10

    private let limit: Int
    private let state = Locked(State())

    init(limit: Int) { self.limit = limit }

    /// Queues a line, waiting for room. False if the peer is gone.
    @discardableResult
    func send(_ line: [UInt8]) async -> Bool {
        while true {
            let outcome = enqueue(line)
            guard outcome == .full else { return outcome == .queued }
            await waitForRoom()
        }
    }

    enum Outcome { case queued, full, closed }

    /// Queues a line if there is room now.
    @discardableResult
    func enqueue(_ line: [UInt8]) -> Outcome {
        let (outcome, writer) = state.withLock { state -> (Outcome, CheckedContinuation<Void, Never>?) in
            guard !state.isClosed, !state.isFinishing else { return (.closed, nil) }
            // One line larger than the limit passes when it is alone.
            guard state.bytes == 0 || state.bytes + line.count < limit else { return (.full, nil) }
            state.lines.append(line)
            state.bytes += line.count + 1
            defer { state.writer = nil }
            return (.queued, state.writer)
        }
        writer?.resume()
        return outcome
    }

    /// Writes until `finish` and the last line, or until the peer is gone or the task cancelled. Keeps the output open
    /// only that long.
    func run(_ output: StreamEnd) async {
        defer { abort() }
        while let batch = await nextBatch() {
            var rest = batch[...]
            while !rest.isEmpty {
                guard let count = try? await output.writeSome(rest) else { return }
                rest = rest.dropFirst(count)
                let senders = state.withLock { state in
                    state.bytes -= count
                    defer { state.senders = [] }
                    return state.senders
                }
                for sender in senders { sender.resume() }
            }
        }
    }

    /// Takes no more lines; `run` ends when those that are queued are written.
    func finish() {
        let (writer, senders) = state.withLock { state in
            state.isFinishing = true
            defer { (state.writer, state.senders) = (nil, []) }
            return (state.writer, state.senders)
        }
        writer?.resume()
        for sender in senders { sender.resume() }
    }

    /// Drops what is queued and sends waiting senders home.
    func abort() {
        let (writer, senders) = state.withLock { state in
            state.isClosed = true
            state.lines = FIFO()
            defer { (state.writer, state.senders) = (nil, []) }
            return (state.writer, state.senders)
        }
        writer?.resume()
        for sender in senders { sender.resume() }
    }

    private func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let waits = state.withLock { state in
                guard state.bytes > 0, !state.isClosed, !state.isFinishing else { return false }
                state.senders.append(continuation)
                return true
            }
            if !waits { continuation.resume() }
        }
    }

    /// The next lines, each with its newline; nil when there will be none.
    private func nextBatch() async -> [UInt8]? {
        while true {
            let (batch, isOver) = state.withLock { state in
                var batch: [UInt8] = []
                while batch.count < Self.batchBytes, let line = state.lines.removeFirst() {
                    batch.append(contentsOf: line)
                    batch.append(0x0a)
                }
                return (batch, state.isClosed || state.isFinishing)
            }
            if !batch.isEmpty { return batch }
            if isOver || Task.isCancelled { return nil }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let waits = state.withLock { state in
                        guard state.lines.isEmpty, !state.isClosed, !state.isFinishing, !Task.isCancelled else {
                            return false
                        }
                        state.writer = continuation
                        return true
                    }
                    if !waits { continuation.resume() }
                }
            } onCancel: {
                abort()
            }
        }
    }
}

/// Sends messages as lines.
struct LineOutbox: MessageOutbox {
    let writer: LineWriter
    let codec: MessageCodec
    let limit: Int

    func send(_ message: RPCMessage) async { await writer.send(line(message)) }

    func offer(_ message: RPCMessage) { writer.enqueue(line(message)) }

    /// An answer that is too large becomes an error: the client learns what happened to its call.
    private func line(_ message: RPCMessage) -> [UInt8] {
        let line = codec.encode(message)
        guard line.count > limit, case .result(let id, _) = message else { return line }
        return codec.encode(.failure(id, RPCFailure(.internalError("the answer has more than \(limit) bytes"))))
    }
}
