import LinuxIO
import MCP

/// One client of the legacy era: one connection to the registry, whose answers are told apart by their requests.
final class LegacySession: Sendable {
    /// 128 random bits: who knows it is the client.
    let identifier: String
    private let link: RegistryLink
    private let state = Locked(State())

    private struct State {
        var version: String?
        var lastUsed = ContinuousClock.now
        var waiting: [RPCID: Replies] = [:]
        /// Which request a report of progress belongs to.
        var tokens: [RPCID: RPCID] = [:]
    }

    init(_ settings: EdgeSettings) throws(SystemError) {
        var generator = SystemRandomNumberGenerator()
        identifier = (0..<2).map { _ in
            let digits = String(generator.next() as UInt64, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
        link = try RegistryLink(settings)
    }

    /// Hands on what the registry says until it ends the connection.
    func start(onEnd: @escaping @Sendable () -> Void) {
        Task { [self] in
            while case .message(let message) = await link.next() { hand(message) }
            onEnd()
        }
    }

    /// What `initialize` agreed on; nil until then.
    var version: String? { state.withLock { $0.version } }

    func agree(on version: String?) { state.withLock { $0.version = version } }

    /// Zero while something is being worked on.
    var idleTime: Duration {
        state.withLock { $0.waiting.isEmpty ? $0.lastUsed.duration(to: .now) : .zero }
    }

    /// Sends a request; what comes of it arrives there.
    func ask(_ request: RPCRequest) async throws -> Replies {
        let replies = Replies()
        let token = request.params?["_meta"]?["progressToken"].flatMap { RPCID($0) }
        try state.withLock { (state) throws(EdgeRefusal) in
            guard state.waiting[request.id] == nil else { throw .badRequest("its identifier is in use") }
            if let token {
                guard state.tokens[token] == nil else { throw .badRequest("its progress token is in use") }
                state.tokens[token] = request.id
            }
            state.waiting[request.id] = replies
            state.lastUsed = .now
        }
        do {
            try await link.send(.request(request))
        } catch {
            end(request.id)
            throw error
        }
        return replies
    }

    func tell(_ notification: RPCNotification) async throws {
        state.withLock { $0.lastUsed = .now }
        try await link.send(.notification(notification))
        // What was cancelled is not answered.
        guard notification.method == "notifications/cancelled",
            let id = notification.params?["requestId"].flatMap({ RPCID($0) })
        else { return }
        end(id)
    }

    /// Ends the session: its calls end, and whoever waits for them waits no more.
    func end() {
        link.close()
        let waiting = state.withLock { state in
            defer { (state.waiting, state.tokens) = ([:], [:]) }
            return state.waiting
        }
        for replies in waiting.values { replies.end() }
    }

    private func hand(_ message: RPCMessage) {
        switch message {
        case .result(let id, _), .failure(let id?, _):
            state.withLock { $0.waiting[id] }?.add(message)
            end(id)
        case .notification(let notification):
            let replies = state.withLock { state in
                notification.params?["progressToken"].flatMap { RPCID($0) }.flatMap { state.tokens[$0] }.flatMap {
                    state.waiting[$0]
                }
            }
            replies?.add(message)
        case .failure(nil, _), .request: break
        }
    }

    private func end(_ id: RPCID) {
        let replies = state.withLock { state in
            state.lastUsed = .now
            state.tokens = state.tokens.filter { $0.value != id }
            return state.waiting.removeValue(forKey: id)
        }
        replies?.end()
    }
}

/// What came of one request, in its order.
final class Replies: Sendable {
    private let state = Locked<(messages: [RPCMessage], isOver: Bool)>(([], false))
    private let arrived: SharedDescriptor?

    init() { arrived = try? Signal.make() }

    func add(_ message: RPCMessage) {
        state.withLock { $0.messages.append(message) }
        if let arrived { Signal.set(arrived) }
    }

    func end() {
        state.withLock { $0.isOver = true }
        if let arrived { Signal.set(arrived) }
    }

    /// The next; `.end` when there will be none, or the task was cancelled. For one task.
    func next(until deadline: ContinuousClock.Instant) async -> RegistryLink.Arrival {
        guard let arrived else { return .end }
        while true {
            Signal.clear(arrived)
            let found: RegistryLink.Arrival? = state.withLock { state in
                if !state.messages.isEmpty { return .message(state.messages.removeFirst()) }
                return state.isOver ? .end : nil
            }
            if let found {
                // Others may be there already.
                Signal.set(arrived)
                return found
            }
            switch try? await Reactor.shared.waitReadable(arrived, until: deadline) {
            case .ready?: continue
            case .deadlinePassed?: return .nothingYet
            case .cancelled?, nil: return .end
            }
        }
    }
}
