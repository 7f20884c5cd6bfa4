import Credentials
import Ledger
import LinuxIO
import Policy
import Store
import StrictJSON

/// A call that was allowed, and whose decision is on the disk. Nothing else can be started, and it is started once.
///
/// INVARIANT: the initialiser is private to this file, where `authorise` has just seen the ledger acknowledge an entry
/// with the effect `allow`.
struct AuthorisedCall: ~Copyable, Sendable {
    let tool: RegisteredTool
    let resolved: ResolvedCall
    let decision: Decision
    /// The call's name within its run.
    let name: String
    /// Where the ledger has the decision.
    let index: LedgerIndex
    /// What its credentials are bound to.
    let binding: CallBinding

    private init(
        tool: RegisteredTool, resolved: ResolvedCall, decision: Decision, name: String, index: LedgerIndex,
        binding: CallBinding
    ) {
        self.binding = binding
        self.tool = tool
        self.resolved = resolved
        self.decision = decision
        self.name = name
        self.index = index
    }

    /// Records a decision that allows, and gives the call that may now be started.
    ///
    /// - Returns: Nil if the decision is no `allow`, which is then not on record yet.
    /// - Throws: `LedgerError` if the decision is not on the disk: then the call must not happen.
    static func authorise(
        _ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, name: String, approval: ApprovalNote?,
        recorder: Recorder
    ) async throws(LedgerError) -> AuthorisedCall? {
        guard decision.effect == .allow else { return nil }
        let canonical = recorder.canonical(call, of: tool, decision, name, approval)
        let index = try await recorder.record(call, of: tool, decision, nil, name: name, approval, as: canonical)
        let context = recorder.context
        return AuthorisedCall(
            tool: tool, resolved: call, decision: decision, name: name, index: index,
            binding: CallBinding(
                run: context.run, call: name, task: context.task, tool: tool.tool.name.rawValue,
                callDigest: (try? canonical.digest().description) ?? "", agent: context.agent.name ?? "agent",
                principal: context.principal, approvers: approval?.approvers ?? [], approval: approval?.request))
    }
}
