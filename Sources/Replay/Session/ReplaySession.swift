import Diagnostics
import Manifests
import Policy
import StrictJSON

/// A run that did not happen: recorded calls are decided one after the other, each on the state that those before it
/// left.
///
/// ```swift
/// var session = ReplaySession(intent, tools: tools, compiled: compiled, assume: .deny, now: now)
/// let first = session.replay(call)   // first.decision.effect == .allow
/// ```
package struct ReplaySession: Sendable {
    /// What a person says where a rule asks for an approval.
    package enum Answer: String, Sendable, CaseIterable {
        case approve, deny
    }

    private let intent: CompiledIntent
    private let tools: [ToolName: ReplayTool]
    private let workspace: String?
    private let answer: Answer
    private var now: Instant
    /// Nil before the first call, whose time is the run's start.
    private var state: TaskState?
    private var count = 0

    /// - Parameters:
    ///   - workspace: of the intent, if it is absolute: absolute paths beneath it are read as in it.
    ///   - now: the start of the run, unless the first call says when it was.
    package init(
        _ intent: CompiledIntent, tools: ReplayTools, workspace: String? = nil, assume answer: Answer = .deny,
        now: Instant
    ) {
        self.intent = intent
        self.tools = tools.tools
        self.workspace = workspace
        self.answer = answer
        self.now = now
    }

    /// Decides the next call. What goes ahead counts: its budgets, and what its output held.
    ///
    /// - Parameter assumed: what a person says to this call, in place of what is said to all.
    package mutating func replay(_ call: RecordedCall, assume assumed: Answer? = nil) -> ReplayedCall {
        // A trace whose clock goes back does not bring back what has expired: `TaskState` sees to it.
        now = call.time ?? now
        var state = state ?? TaskState(startedAt: now)
        let decision = decide(call, state)
        let goesAhead = decision.effect == .allow || decision.effect == .approve && assumed ?? answer == .approve
        if goesAhead { state.reserve(decision) }
        self.state = state
        defer { count += 1 }
        return ReplayedCall(index: count, call: call, decision: decision, goesAhead: goesAhead)
    }

    private func decide(_ call: RecordedCall, _ state: TaskState) -> Decision {
        guard let name = ToolName(call.tool) else {
            return .denial(.unknownTool, "there is no tool \(VisibleText.quoted(call.tool))", at: now)
        }
        guard let tool = tools[name], let policyTool = intent.tool(name) else {
            // Compiled or not: a tool that no rule may mean is not allowed.
            let known = tools[name] != nil
            return .denial(
                known ? .noRule : .unknownTool,
                known
                    ? "no rule allows \(VisibleText.quoted(call.tool))"
                    : "there is no tool \(VisibleText.quoted(call.tool))",
                at: now)
        }
        let arguments = tool.arguments(call.arguments)
        if let refusal = Self.violations(arguments, policyTool) { return .denial(.invalidArguments, refusal, at: now) }
        let pointers = intent.pathArguments(of: name, in: arguments)
        let facts = LexicalPaths.facts(at: pointers, in: arguments, workspace: workspace)
        return intent.decide(
            PolicyCall(tool: name, arguments: arguments, resolvedPaths: facts), state: state, now: now)
    }

    private static func violations(_ arguments: JSON, _ tool: PolicyTool) -> String? {
        guard arguments.objectValue != nil else { return "the arguments are not a JSON object" }
        let violations = tool.inputSchema.validate(arguments)
        guard !violations.isEmpty else { return nil }
        let shown = violations.prefix(5).map(\.description).joined(separator: "; ")
        let rest = violations.count > 5 ? "; and \(violations.count - 5) more" : ""
        return "the arguments do not fit the input schema of `\(tool.name)`: \(shown)\(rest)"
    }
}
