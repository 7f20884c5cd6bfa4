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

    package init(tools: [ToolName: ToolDefinition], intent: CompiledIntent, workspace: WorkspaceRoot?) {
        self.tools = tools
        self.intent = intent
        self.workspace = workspace
    }

    /// The decision, with every rule, and what would let a denied call through. Blocking: it opens files.
    package func explain(_ request: CallRequest) -> (decision: Decision, amendment: Amendment?) {
        let now = Timestamp.now().instant
        guard let name = ToolName(request.tool), let definition = tools[name] else {
            let text = "the intent has no rule for a tool `\(request.tool.prefix(64))`"
            return (.denial(.unknownTool, text, at: now), nil)
        }
        do {
            let call = try Resolver(intent: intent, workspace: workspace).resolve(request, definition)
            let decision = intent.explain(call.policyCall, state: TaskState(startedAt: now), now: now)
            return (decision, intent.amendment(for: call.policyCall, decision))
        } catch {
            return (error.decision(at: now), nil)
        }
    }
}
