import LinuxIO

/// The requests of one connection that are being worked on: who runs, who waits, who may still answer.
///
/// INVARIANT: a request either answers or was cancelled, never both: `claim` and `cancel` decide it under one lock.
final class InFlight: Sendable {
    /// One request, from `begin` to the end of its work.
    struct Ticket: Hashable, Sendable { fileprivate let number: UInt64 }

    enum Admission { case begun, duplicate, closed }

    private struct Entry {
        let id: RPCID
        let bytes: Int
        var task: Task<Void, Never>?
        var isRunning = false
        var isCancelled = false
        var place: CheckedContinuation<Bool, Never>?
    }

    private struct State {
        var isOpen = true
        var next: UInt64 = 0
        var entries: [Ticket: Entry] = [:]
        var answering: [RPCID: Ticket] = [:]
        var line = FIFO<Ticket>()
        var running = 0
        var waiting = 0
        var bytes = 0
        var reader: CheckedContinuation<Void, Never>?
        var idle: [UInt64: CheckedContinuation<Void, Never>] = [:]
    }

    private let limits: MCPLimits
    private let state = Locked(State())

    init(_ limits: MCPLimits) { self.limits = limits }

    /// Starts `work` as soon as there is a place, or at once if it needs none.
    func begin(
        _ id: RPCID, bytes: Int, takesPlace: Bool = true, _ work: @escaping @Sendable (Ticket) async -> Void
    ) -> Admission {
        state.withLock { state in
            guard state.isOpen else { return .closed }
            guard state.answering[id] == nil else { return .duplicate }
            let ticket = Ticket(number: state.next)
            state.next += 1
            state.answering[id] = ticket
            state.bytes += bytes
            state.waiting += 1
            var entry = Entry(id: id, bytes: bytes)
            entry.task = Task {
                let mayRun = takesPlace ? await self.place(ticket) : true
                if mayRun { await work(ticket) }
                self.end(ticket)
            }
            state.entries[ticket] = entry
            return .begun
        }
    }

    /// Whether a request of this identifier has still to answer.
    func isAnswering(_ id: RPCID) -> Bool { state.withLock { $0.answering[id] != nil } }

    /// Whether the request may answer; from then on it cannot be cancelled.
    func claim(_ ticket: Ticket) -> Bool {
        state.withLock { state in
            guard let entry = state.entries[ticket], !entry.isCancelled else { return false }
            state.answering[entry.id] = nil
            return true
        }
    }

    /// Cancels the request if it has not answered; unknown identifiers are ignored, as the protocol asks.
    func cancel(_ id: RPCID) {
        let stopped = state.withLock { state in state.answering[id].flatMap { Self.stop($0, &state) } }
        stopped?.tell()
    }

    /// Cancels everything and takes nothing more.
    func close() {
        let (stopped, reader) = state.withLock { state in
            state.isOpen = false
            let stopped = state.entries.keys.compactMap { Self.stop($0, &state) }
            defer { state.reader = nil }
            return (stopped, state.reader)
        }
        for request in stopped { request.tell() }
        reader?.resume()
    }

    /// Returns when the reader may read on: at once, unless too much is waiting. For one task at a time.
    func waitForRoom() async {
        await withCheckedContinuation { continuation in
            let mayGoOn = state.withLock { state in
                guard state.isOpen, isFull(state) else { return true }
                state.reader = continuation
                return false
            }
            if mayGoOn { continuation.resume() }
        }
    }

    /// Returns when no request is left, cancelled ones included.
    func waitUntilIdle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                guard !state.entries.isEmpty else { return true }
                state.idle[state.next] = continuation
                state.next += 1
                return false
            }
            if isIdle { continuation.resume() }
        }
    }

    /// Waits for a place among the running; false if cancelled before.
    private func place(_ ticket: Ticket) async -> Bool {
        await withCheckedContinuation { continuation in
            let (answer, reader) = state.withLock { state -> (Bool?, CheckedContinuation<Void, Never>?) in
                guard let entry = state.entries[ticket], !entry.isCancelled else { return (false, nil) }
                guard state.running < limits.running else {
                    state.entries[ticket]?.place = continuation
                    state.line.append(ticket)
                    return (nil, nil)
                }
                Self.run(ticket, &state)
                return (true, readerIfRoom(&state))
            }
            if let answer { continuation.resume(returning: answer) }
            reader?.resume()
        }
    }

    private func end(_ ticket: Ticket) {
        let woken = state.withLock { state -> Woken in
            guard let entry = state.entries.removeValue(forKey: ticket) else { return Woken() }
            if state.answering[entry.id] == ticket { state.answering[entry.id] = nil }
            state.bytes -= entry.bytes
            if entry.isRunning { state.running -= 1 } else { state.waiting -= 1 }
            let next = admitNext(&state)
            let reader = readerIfRoom(&state)
            let idle = state.entries.isEmpty ? Array(state.idle.values) : []
            if state.entries.isEmpty { state.idle = [:] }
            return Woken(next: next, reader: reader, idle: idle)
        }
        woken.next?.resume(returning: true)
        woken.reader?.resume()
        for waiter in woken.idle { waiter.resume() }
    }

    /// Who goes on when a request has ended.
    private struct Woken {
        var next: CheckedContinuation<Bool, Never>?
        var reader: CheckedContinuation<Void, Never>?
        var idle: [CheckedContinuation<Void, Never>] = []
    }

    private func admitNext(_ state: inout State) -> CheckedContinuation<Bool, Never>? {
        while state.running < limits.running, let ticket = state.line.removeFirst() {
            // Cancelled ones have left already.
            guard let place = state.entries[ticket]?.place else { continue }
            state.entries[ticket]?.place = nil
            Self.run(ticket, &state)
            return place
        }
        return nil
    }

    private static func run(_ ticket: Ticket, _ state: inout State) {
        state.entries[ticket]?.isRunning = true
        state.waiting -= 1
        state.running += 1
    }

    /// The reader, if it waits and need not any longer.
    private func readerIfRoom(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        guard !isFull(state) else { return nil }
        defer { state.reader = nil }
        return state.reader
    }

    private func isFull(_ state: State) -> Bool {
        state.waiting >= limits.waiting || state.bytes >= limits.waitingBytes
    }

    /// A request that was stopped under the lock and is told so outside of it.
    private struct Stopped {
        let task: Task<Void, Never>?
        let place: CheckedContinuation<Bool, Never>?

        func tell() {
            task?.cancel()
            place?.resume(returning: false)
        }
    }

    private static func stop(_ ticket: Ticket, _ state: inout State) -> Stopped? {
        guard let entry = state.entries[ticket], !entry.isCancelled else { return nil }
        // The identifier is free again; a request that has claimed its answer is past cancelling.
        guard state.answering[entry.id] == ticket else { return nil }
        state.answering[entry.id] = nil
        state.entries[ticket]?.isCancelled = true
        state.entries[ticket]?.place = nil
        return Stopped(task: entry.task, place: entry.place)
    }
}
