import Diagnostics
import Manifests
import Policy
import StrictJSON

/// A run that did not happen: recorded calls are decided one after the other, each on the state that those before it
/// left.
///
/// ```swift
/// var session = ReplaySession(compiled, tools: tools, now: now)
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
    private let amends: Bool
    private var now: Instant
    private var state: TaskState
    private var count = 0

    /// - Parameters:
    ///   - workspace: of the intent, if it is absolute: absolute paths beneath it are read as in it.
    ///   - answer: what a person says to every call that needs an approval.
    ///   - amends: whether denials carry what would allow them, which costs more than the decision.
    ///   - now: the start of the run, unless the first call says when it was.
    package init(
        _ intent: CompiledIntent, tools: ReplayTools, workspace: String? = nil, assume answer: Answer = .deny,
        amends: Bool = false,
        now: Instant
    ) {
        self.intent = intent
        self.tools = tools.tools
        self.workspace = workspace
        self.answer = answer
        self.amends = amends
        self.now = now
        state = TaskState(startedAt: now)
    }

    /// Decides the next call. What goes ahead counts: its budgets, and what its output held.
    ///
    /// - Parameter assumed: what a person says to this call, in place of what is said to all.
    package mutating func replay(_ call: RecordedCall, assume assumed: Answer? = nil) -> ReplayedCall {
        // A trace whose clock goes back does not bring back what has expired: `TaskState` sees to it.
        now = call.time ?? now
        if count == 0 { state = TaskState(startedAt: now) }
        defer { count += 1 }
        var replayed: ReplayedCall
        switch resolve(call) {
        case .success(let resolved):
            let decision = intent.decide(resolved, state: state, now: now)
            replayed = ReplayedCall(index: count, call: call, decision: decision)
            replayed.goesAhead =
                decision.effect == .allow || decision.effect == .approve && assumed ?? answer == .approve
            if amends { replayed.amendment = intent.amendment(for: resolved, decision) }
            if replayed.goesAhead { go(ahead: resolved, decision, call) }
        case .failure(let refusal):
            replayed = ReplayedCall(index: count, call: call, decision: refusal.decision(at: now))
        }
        return replayed
    }

    /// Counts the call, and takes in what its result held as the run would have before the agent saw it.
    private mutating func go(ahead call: PolicyCall, _ decision: Decision, _ recorded: RecordedCall) {
        let reservation = state.reserve(decision)
        let labels = recorded.outputLabels(registered: tools[call.tool]?.outputLabels ?? [.untrusted])
        let output = recorded.result.map { ToolOutput.structured(StructuredResult.of($0)) }
        let reading = output.flatMap { intent.reading($0, of: call, labels: labels, origins: state.origins) }
        let end = CallEnd.ended(
            succeeded: recorded.succeeded, bytes: recorded.resultBytes, labels: labels, reading: reading)
        state.settle(reservation, end)
    }

    // MARK: Resolving

    /// Why a call is denied before any rule is asked.
    private struct Refusal: Error {
        let code: DecisionCode
        let reason: String

        func decision(at now: Instant) -> Decision { .denial(code, reason, at: now) }
    }

    private func resolve(_ call: RecordedCall) -> Result<PolicyCall, Refusal> {
        let shown = VisibleText.quoted(call.tool)
        guard let name = ToolName(call.tool), let tool = tools[name] else {
            return .failure(Refusal(code: .unknownTool, reason: "there is no tool \(shown)"))
        }
        // Only what some rule is about was compiled.
        guard let policyTool = intent.tool(name) else {
            return .failure(Refusal(code: .noRule, reason: "no rule allows \(shown)"))
        }
        let arguments = tool.arguments(call.arguments)
        if let reason = Self.violations(arguments, policyTool) {
            return .failure(Refusal(code: .invalidArguments, reason: reason))
        }
        let pointers = intent.pathArguments(of: name, in: arguments)
        let facts = LexicalPaths.facts(at: pointers, in: arguments, workspace: workspace)
        return .success(PolicyCall(tool: name, arguments: arguments, resolvedPaths: facts))
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
