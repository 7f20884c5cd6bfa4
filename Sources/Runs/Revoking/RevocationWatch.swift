import Diagnostics
import Ledger
import LinuxIO
import Policy
import Registry
import Store

/// Watches, for one run, what people take back: ends the calls that rest on it, lets none begin, and tells whoever waits
/// that the run itself is over.
///
/// - A run that was revoked, or that began before everything was, is over for good.
/// - What a principal has stays revoked until it is lifted: no run of theirs goes on or begins.
/// - A tool stays revoked until it is lifted, or registered again: no call of it goes ahead in any run. A tool server's
///   name stands for all of its tools.
///
/// A store that cannot be read denies every call until it can be.
final class RevocationWatch: Sendable {
    private let store: any StateStore
    private let context: RunContext
    private let calls: CallsInProgress
    /// When each tool was registered, by its name and by that of its server.
    private let registrations: [String: Timestamp]
    private let servers: [String: [String]]
    private let state = Locked(State())

    private struct State {
        /// The store's epoch when the run began.
        var begun: Int64 = 0
        var watching: Task<Void, Never>?
        /// Why the run is over.
        var end: String?
        var waiters: [UInt64: CheckedContinuation<String?, Never>] = [:]
        var next: UInt64 = 0
        var isStopped = false
    }

    init(store: any StateStore, context: RunContext, calls: CallsInProgress, tools: [RegisteredTool]) {
        self.store = store
        self.context = context
        self.calls = calls
        var registrations: [String: Timestamp] = [:]
        var servers: [String: [String]] = [:]
        for tool in tools {
            registrations[tool.tool.name.rawValue] = tool.registration.registeredAt
            guard let server = tool.server?.name.rawValue else { continue }
            registrations[server] = tool.registration.registeredAt
            servers[server, default: []].append(tool.tool.name.rawValue)
        }
        self.registrations = registrations
        self.servers = servers
    }

    deinit { state.withLock { $0.watching }?.cancel() }

    /// Everything that is revoked from now on covers the run. To be called before others can see it.
    func mark() async throws(StoreError) {
        let epoch = try await store.revocationEpoch()
        state.withLock { $0.begun = epoch }
    }

    /// Begins to watch. To be called when the run is on record in the store, and before its first call.
    ///
    /// - Throws: if the run may not begin, or if what was revoked cannot be read.
    func begin() async throws {
        let changes = try store.changes()
        try await look()
        if let end = state.withLock({ $0.end }) {
            throw RunError(
                "the run cannot begin: \(end)",
                remedy:
                    "`agentbox revoke --lift --principal \(VisibleText.line(context.principal))` gives back what was revoked"
            )
        }
        let task = Task { [weak self] in
            for await _ in changes {
                guard let self, !self.state.withLock({ $0.isStopped }) else { return }
                do {
                    try await self.look()
                } catch {
                    self.goBlind()
                }
            }
        }
        state.withLock { $0.watching = task }
    }

    /// Waits until the run is over because it was revoked, and says why; nil if the watch was stopped, or this task
    /// cancelled.
    func revoked() async -> String? {
        let identifier = state.withLock { state in
            state.next += 1
            return state.next
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: String?? = state.withLock { state in
                    if let end = state.end { return .some(end) }
                    if state.isStopped || Task.isCancelled { return .some(nil) }
                    state.waiters[identifier] = continuation
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: identifier) }?.resume(returning: nil)
        }
    }

    /// Why the run is over; nil if it is not.
    var end: String? { state.withLock { $0.end } }

    func stop() {
        let (watching, waiters) = state.withLock { state in
            state.isStopped = true
            defer { state.waiters = [:] }
            return (state.watching, Array(state.waiters.values))
        }
        watching?.cancel()
        for waiter in waiters { waiter.resume(returning: nil) }
    }

    // MARK: Looking

    private func look() async throws(StoreError) {
        let revocations = try await store.revocations(after: 0)
        let lifts = revocations.isEmpty ? [:] : try await store.lifts()
        let begun = state.withLock { $0.begun }
        var refusals = CallsInProgress.Refusals()
        for revocation in revocations where revocation.epoch > lifts[revocation.scope] ?? 0 {
            switch revocation.scope {
            case .run(let run): if run == context.run { refusals.all = Self.refusal("this run was revoked") }
            case .all: if revocation.epoch > begun { refusals.all = Self.refusal("every run was revoked") }
            case .principal(let name):
                guard revocation.scope == .of(principal: context.principal) else { continue }
                refusals.all = Self.refusal("what \(name) may do was revoked")
            case .tool(let name):
                // Registered again since: a person has looked at it.
                if let registered = registrations[name], registered > revocation.time { continue }
                for tool in servers[name] ?? [name] {
                    refusals.tools[tool] = Self.refusal("the tool `\(name)` was revoked")
                }
            }
        }
        calls.refuse(refusals)
        if let refusal = refusals.all { finish(refusal.reason) }
    }

    private static func refusal(_ reason: String) -> Refusal { Refusal(.revoked, reason) }

    /// Nobody knows what was revoked: what runs is ended, and nothing begins. The run itself goes on, for when the store
    /// can be read again.
    private func goBlind() {
        var refusals = CallsInProgress.Refusals()
        refusals.all = Refusal(.revocationsUnknown, "what was revoked cannot be read; try again later")
        calls.refuse(refusals)
    }

    private func finish(_ reason: String) {
        let waiters = state.withLock { state in
            state.end = state.end ?? reason
            defer { state.waiters = [:] }
            return Array(state.waiters.values)
        }
        for waiter in waiters { waiter.resume(returning: reason) }
    }
}
