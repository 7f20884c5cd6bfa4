import LinuxIO
import Manifests
import Policy
import Sandbox
import StrictJSON

/// The first two stages without the rest: what would be decided about a call, were it the first of its run.
package struct CallPreview: Sendable {
    private let tools: [ToolName: ToolDefinition]
    private let intent: CompiledIntent
    private let workspace: WorkspaceRoot?
    private let sources: ConfiguredSources

    package init(
        tools: [ToolName: ToolDefinition], intent: CompiledIntent, workspace: WorkspaceRoot?, sources: ConfiguredSources
    ) {
        self.sources = sources
        self.tools = tools
        self.intent = intent
        self.workspace = workspace
    }

    /// What would become of a call.
    package struct Answer: Sendable {
        /// With every rule.
        package var decision: Decision
        /// What would be decided in a run that begins as `untrusted`, if that is something else: under `mcp` and `call
        /// --intent`, whose agent is in no box, and where the agent is shown the workspace.
        package var untrusted: Decision?
        /// What would let a denied call through.
        package var amendment: Amendment?
        /// Where it could connect to, were it allowed.
        package var destinations: [String] = []
        /// Where it could listen.
        package var ports: [String] = []
        /// What it would be issued.
        package var credentials: [ResolvedCredential] = []
        /// What it needs and nobody here can issue: a call is denied for any of these, whatever the rules say.
        package var unavailable: [UnavailableCredential] = []
    }

    /// Blocking: it opens files.
    package func explain(_ request: CallRequest) -> Answer {
        let now = Timestamp.now().instant
        guard let name = ToolName(request.tool), let definition = tools[name] else {
            let text = "the intent has no rule for a tool `\(request.tool.prefix(64))`"
            return Answer(decision: .denial(.unknownTool, text, at: now))
        }
        do {
            let resolver = Resolver(intent: intent, workspace: workspace, sources: sources)
            let call = try resolver.resolveUncredentialed(request, definition)
            let decision = intent.explain(call.policyCall, state: TaskState(startedAt: now), now: now)
            let state = TaskState(startedAt: now, labels: [.untrusted])
            let untrusted = intent.explain(call.policyCall, state: state, now: now)
            let isAlike =
                untrusted.effect == decision.effect
                && untrusted.rules.map(\.outcome) == decision.rules.map(\.outcome)
            var answer = Answer(
                decision: decision, untrusted: isAlike ? nil : untrusted,
                amendment: intent.amendment(for: call.policyCall, decision),
                destinations: call.destinations, ports: call.ports)
            for credential in sources.preview(definition.tool, arguments: call.arguments) {
                switch credential {
                case .success(let resolved): answer.credentials.append(resolved)
                case .failure(let missing): answer.unavailable.append(missing)
                }
            }
            // As a run does, which does not come to the rules.
            if let refusal = answer.unavailable.first?.refusal {
                answer.decision = decision.denied(refusal.code, refusal.reason)
                answer.untrusted = answer.untrusted?.denied(refusal.code, refusal.reason)
            }
            return answer
        } catch {
            return Answer(decision: error.decision(at: now))
        }
    }
}
