import Diagnostics
import Policy

/// Why a call goes no further before policy was asked. A value, not an error: refusing is what the registry is for.
package struct Refusal: Error, Sendable, Hashable {
    /// Stable, in kebab case: `leaves-workspace`, `invalid-arguments`, `too-many-calls`.
    package var code: DecisionCode
    /// For the agent and the ledger: what was wrong with the call. It names nothing that the agent did not name.
    package var reason: String

    package init(_ code: DecisionCode, _ reason: String) {
        self.code = code
        self.reason = reason
    }

    /// What a stage found wrong, in one line with what to do about it.
    init(_ problem: some Diagnostic) {
        let remedy = problem.remedy.map { "; \($0)" } ?? ""
        self.init(DecisionCode(rawValue: problem.code), problem.message + remedy)
    }

    func decision(at now: Instant) -> Decision { Decision.denial(code, reason, at: now) }
}

extension DecisionCode {
    /// More calls at once than a run may have.
    static let tooManyCalls = Self(rawValue: "too-many-calls")
    /// The client gave the call up before it was decided.
    static let cancelled = Self(rawValue: "cancelled")
    static let argumentsTooLarge = Self(rawValue: "arguments-too-large")
    /// The decision does not fit into an entry of the ledger.
    static let recordTooLarge = Self(rawValue: "record-too-large")
    /// The decision could not be recorded.
    static let ledgerUnavailable = Self(rawValue: "ledger-unavailable")

    /// A person said no.
    static let approvalDenied = Self(rawValue: "approval-denied")
    /// Nobody answered in time.
    static let approvalExpired = Self(rawValue: "approval-expired")
    /// Taken back, or the run ended.
    static let approvalVoid = Self(rawValue: "approval-void")
    /// More questions than people can answer.
    static let tooManyApprovals = Self(rawValue: "too-many-approvals")
    /// People said no so often that they are not asked any more.
    static let approvalsPaused = Self(rawValue: "approvals-paused")
    /// What was approved is not what would be done now.
    static let callChanged = Self(rawValue: "call-changed")
}
