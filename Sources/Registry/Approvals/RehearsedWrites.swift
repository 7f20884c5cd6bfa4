import Approvals
import Ledger
import Manifests
import Policy
@_spi(Launch) import Sandbox
import StrictJSON

/// A call whose only effects are writes in the workspace, and which may therefore run on its copy before anybody was
/// asked: nothing of it is in the workspace, and nothing of its output goes to the agent, until people said yes.
///
/// INVARIANT: the initialiser is private to this file, where `authorise` has just seen the ledger acknowledge the
/// decision `approve`.
struct RehearsableCall: ~Copyable, Sendable {
    let tool: RegisteredTool
    let resolved: ResolvedCall
    let decision: Decision

    private init(tool: RegisteredTool, resolved: ResolvedCall, decision: Decision) {
        self.tool = tool
        self.resolved = resolved
        self.decision = decision
    }

    /// - Returns: Nil if the call may have other effects, or could not be recorded: then people are asked without.
    static func authorise(
        _ call: ResolvedCall, of tool: RegisteredTool, _ decision: Decision, name: String, recorder: Recorder
    ) async -> RehearsableCall? {
        guard decision.effect == .approve, onlyWrites(call, tool) else { return nil }
        guard (try? await recorder.record(call, of: tool, decision, nil, name: name)) != nil else { return nil }
        return RehearsableCall(tool: tool, resolved: call, decision: decision)
    }

    /// What was sent cannot be taken back, and a credential is issued to nobody who was not approved; `git` grants change what other programs then obey, `exec` starts what
    /// nobody has looked at, and a tool server acts on its own account.
    private static func onlyWrites(_ call: ResolvedCall, _ tool: RegisteredTool) -> Bool {
        guard case .program = tool.implementation, call.definition.profile.network == .none, call.credentials.isEmpty
        else { return false }
        let others: Set<GrantWord> = [.exec, .git, .connect, .listen]
        return call.grants.contains { $0.writes } && call.grants.allSatisfy { !others.contains($0.word) }
    }
}

/// What trying such a call came to.
enum RehearsedCall: Sendable {
    case writes(RehearsedWrites)
    /// How: for people, not for the agent.
    case failed(String)
    /// It changed nothing, or nobody can say what.
    case nothing
}

/// What such a call has done to its copy of the workspace: what a yes publishes, as it is, and a no discards.
final class RehearsedWrites: Sendable {
    let layer: WriteLayer
    let execution: Execution
    /// Of everything that would be published: paths, contents, modes.
    let digest: SubjectDigest
    /// As the approver is shown them.
    let lines: [String]

    /// Of one file's difference, and of all, in bytes; what is longer is cut and named by its digest.
    private static let longestDiff = 12 << 10
    private static let longestLines = 40 << 10

    /// Nil if what it did cannot be said exactly.
    init?(_ layer: WriteLayer, _ execution: Execution) async {
        guard execution.succeeded, let difference = try? await layer.compare(), !difference.changes.isEmpty,
            let digest = Self.digest(of: difference.changes)
        else { return nil }
        var room = Self.longestLines
        var lines: [String] = []
        for change in difference.changes {
            let diff = (try? await layer.diff(of: change)) ?? .unknown
            let shown = ChangeText(change, diff).lines(limit: min(room, Self.longestDiff))
            room -= shown.reduce(0) { $0 + $1.utf8.count }
            lines += shown
        }
        lines += difference.violations.prefix(8).map { "  not published: \($0.sentence)" }
        self.layer = layer
        self.execution = execution
        self.digest = digest
        self.lines = lines
    }

    /// Of everything that would be published.
    static func digest(of changes: [WorkspaceChange]) -> SubjectDigest? {
        try? SubjectDigest.of(JSON.array(changes.map { $0.json() }))
    }

    /// A no, or nobody.
    func discard() async { await layer.discard() }
}
