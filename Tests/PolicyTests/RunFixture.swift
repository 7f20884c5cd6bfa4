import StrictJSON

@testable import Manifests
@testable import Policy

/// A run in miniature: calls are decided, reserved and settled as the registry does it.
struct Run {
    let intent: CompiledIntent
    var state: TaskState
    var now = Fixture.start

    init(_ intent: CompiledIntent, labels: Set<Label> = []) {
        self.intent = intent
        state = TaskState(startedAt: Fixture.start, labels: labels, key: ProvenanceKey(1, 2))
    }

    /// Rules over tools whose schema allows any object.
    init(_ rules: Intent.Rule..., inputs: JSONObject = [:], limits: [Budget] = [], schema: JSON = ["type": "object"])
        throws
    {
        let tools = try Fixture.tools("a.x", "a.y", "b.x", "contacts.search", "mail.send", "note.write", schema: schema)
        self.init(try CompiledIntent(Fixture.intent(rules, limits: limits, inputs: inputs), tools: tools))
    }

    /// Decides only.
    func decide(_ tool: String, _ arguments: JSON = [:], outputLimit: Int? = nil) -> Decision {
        let call = PolicyCall(tool: Fixture.name(tool), arguments: arguments, outputLimit: outputLimit)
        return intent.decide(call, state: state, now: now)
    }

    /// A call that ends, if it is allowed, or approved where `approving`.
    @discardableResult
    mutating func call(
        _ tool: String, _ arguments: JSON = [:], returns output: JSON? = nil, labels: [Label] = [],
        succeeded: Bool = true, bytes: Int = 0, approving: Bool = false
    ) -> Decision {
        let call = PolicyCall(tool: Fixture.name(tool), arguments: arguments)
        let decision = intent.decide(call, state: state, now: now)
        guard decision.effect == .allow || approving && decision.effect == .approve else { return decision }
        let reservation = state.reserve(decision)
        let reading = output.flatMap {
            intent.reading(.structured($0), of: call, labels: labels, origins: state.origins)
        }
        state.settle(reservation, .ended(succeeded: succeeded, bytes: bytes, labels: labels, reading: reading))
        return decision
    }
}

extension Constraint {
    static func fromTool(_ tool: String, _ pointer: String) -> Constraint {
        guard let pattern = ToolPattern(tool), let at = PointerPattern(pointer) else {
            preconditionFailure("\(tool) at \(pointer)")
        }
        return .from([.tool(pattern, at: at)])
    }
}
