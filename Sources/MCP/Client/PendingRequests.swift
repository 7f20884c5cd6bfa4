import LinuxIO
import StrictJSON

/// The requests of a client that have no answer yet.
final class PendingRequests: Sendable {
    typealias Answer = Result<Reply, MCPError>

    /// What came back.
    struct Reply {
        let members: JSONObject
        /// Of the line that it came in.
        let bytes: Int
    }

    private struct Entry {
        let continuation: CheckedContinuation<Answer, Never>
        let onProgress: (@Sendable (MCPProgressReport) -> Void)?
    }

    private struct State {
        var next: Int64 = 1
        var isClosed = false
        var entries: [RPCID: Entry] = [:]
        /// Not registered yet, and which of them are not to be any more.
        var new: Set<RPCID> = []
        var cancelled: Set<RPCID> = []
    }

    private let state = Locked(State())

    func newID() -> RPCID {
        state.withLock { state in
            defer { state.next += 1 }
            state.new.insert(.integer(state.next))
            return .integer(state.next)
        }
    }

    /// Registers the request, sends it, and waits for what comes back.
    func answer(
        to id: RPCID, _ onProgress: (@Sendable (MCPProgressReport) -> Void)?,
        _ send: @escaping @Sendable () async -> Void
    ) async -> Answer {
        await withCheckedContinuation { continuation in
            let problem: MCPError? = state.withLock { state in
                state.new.remove(id)
                if state.cancelled.remove(id) != nil { return .cancelled }
                if state.isClosed { return .connectionClosed }
                state.entries[id] = Entry(continuation: continuation, onProgress: onProgress)
                return nil
            }
            guard let problem else {
                Task { await send() }
                return
            }
            continuation.resume(returning: .failure(problem))
        }
    }

    /// Gives up waiting. True if the request had been registered, so that the server may know of it.
    func cancel(_ id: RPCID) -> Bool {
        let entry = state.withLock { state in
            let entry = state.entries.removeValue(forKey: id)
            if state.new.contains(id) { state.cancelled.insert(id) }
            return entry
        }
        entry?.continuation.resume(returning: .failure(.cancelled))
        return entry != nil
    }

    /// Takes a message of the server. False if nobody waits for it: answers to cancelled requests may still come.
    func receive(_ message: RPCMessage, bytes: Int) -> Bool {
        switch message {
        case .result(let id, let result): return finish(id, .success(Reply(members: result, bytes: bytes)))
        case .failure(let id?, let failure): return finish(id, .failure(.refused(failure)))
        case .notification(let notification):
            guard notification.method == Method.progress, let params = notification.params,
                let report = try? ProgressParams(wire: params),
                let onProgress = state.withLock({ $0.entries[report.token]?.onProgress })
            else { return false }
            onProgress(
                MCPProgressReport(
                    progress: report.progress.numberValue ?? 0, total: report.total?.numberValue,
                    message: report.message))
            return true
        case .failure(nil, _), .request: return false
        }
    }

    /// An answer that cannot be read is still the answer to its request. False if there is none.
    func receive(_ malformed: MalformedMessage) -> Bool {
        guard let id = malformed.id, malformed.isResponse else { return false }
        return finish(id, .failure(.badReply(malformed.failure.message)))
    }

    /// Fails all that wait, and all that come.
    func close() {
        let entries = state.withLock { state in
            state.isClosed = true
            defer { state.entries = [:] }
            return state.entries
        }
        for entry in entries.values { entry.continuation.resume(returning: .failure(.connectionClosed)) }
    }

    private func finish(_ id: RPCID, _ answer: Answer) -> Bool {
        guard let entry = state.withLock({ $0.entries.removeValue(forKey: id) }) else { return false }
        entry.continuation.resume(returning: answer)
        return true
    }
}
