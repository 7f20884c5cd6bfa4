/// What a filter does with one system call.
enum CallOutcome: Hashable, Sendable {
    case always(FilterAction)
    /// It depends on the arguments.
    case depends(CallDecision)
}

/// Tests on the arguments of one system call, in order: the first that holds gives the verdict.
struct CallDecision: Hashable, Sendable {
    /// All conditions hold: then `action`.
    struct Step: Hashable, Sendable {
        var conditions: [ArgumentCondition]
        var action: FilterAction
    }

    var steps: [Step] = []
    var otherwise: FilterAction
}

extension BPFAssembler {
    /// The instructions of a decision, of which the accumulator need hold nothing.
    mutating func place(_ decision: CallDecision) -> Target {
        var next = Target.action(decision.otherwise)
        for step in decision.steps.reversed() {
            var holds = Target.action(step.action)
            for condition in step.conditions.reversed() {
                holds =
                    condition.isNegated
                    ? place(condition, yes: next, no: holds) : place(condition, yes: holds, no: next)
            }
            next = holds
        }
        return next
    }
}
