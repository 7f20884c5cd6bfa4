import LinuxIO
import Policy

/// The calls of a run that are on their way, and what of it was taken back: so that a revocation ends the ones and lets
/// no other begin.
///
/// INVARIANT: what is taken back is noted before calls are ended by it, and a call is known here before it looks at what
/// is noted. So of two that happen at once one sees the other.
package final class CallsInProgress: Sendable {
    private struct State {
        var next: UInt64 = 0
        var calls: [UInt64: Call] = [:]
        var refusals = Refusals()
    }

    private struct Call {
        let tool: String
        let cancel: @Sendable () -> Void
    }

    /// What may not go ahead, with the reason for the agent and the ledger.
    package struct Refusals: Sendable, Equatable {
        /// Of every call.
        package var all: Refusal?
        /// Of the calls of a tool.
        package var tools: [String: Refusal] = [:]

        package init() {}

        func refusal(of tool: String) -> Refusal? { all ?? tools[tool] }
    }

    private let state = Locked(State())

    package init() {}

    /// Runs a call in a task of its own, which ends when this task is cancelled, or when what it rests on is revoked.
    func run(_ tool: String, _ body: @escaping @Sendable () async -> Outcome) async -> Outcome {
        let task = Task { await body() }
        let (identifier, isRefused) = state.withLock { state in
            state.next += 1
            state.calls[state.next] = Call(tool: tool) { task.cancel() }
            return (state.next, state.refusals.refusal(of: tool) != nil)
        }
        if isRefused { task.cancel() }
        defer { state.withLock { $0.calls[identifier] = nil } }
        return await withTaskCancellationHandler {
            await task.value
        } onCancel: {
            task.cancel()
        }
    }

    /// Why no call of that tool goes ahead; nil if nothing of it was taken back.
    func refusal(of tool: String) -> Refusal? { state.withLock { $0.refusals.refusal(of: tool) } }

    /// Puts other refusals in place, and ends the calls that are refused now.
    package func refuse(_ refusals: Refusals) {
        let ended = state.withLock { state in
            state.refusals = refusals
            return state.calls.values.filter { refusals.refusal(of: $0.tool) != nil }
        }
        for call in ended { call.cancel() }
    }
}

extension DecisionCode {
    /// The run, the tool or the principal was taken back.
    package static let revoked = Self(rawValue: "revoked")
    /// What was revoked cannot be read: then nothing may go ahead.
    package static let revocationsUnknown = Self(rawValue: "revocations-unknown")
}
