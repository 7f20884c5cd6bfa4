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

/// A test on one argument.
struct ArgumentCondition: Hashable, Sendable {
    enum Test: Hashable, Sendable {
        /// The argument is one of the values.
        case oneOf([UInt64], Width)
        /// One of the bits is set in the argument's lower half.
        case anyBit(UInt32)
    }

    /// How much of the register the kernel reads. An `int` argument is the lower half: comparing all 64 bits would let
    /// a request such as TIOCSTI through with a bit set that the kernel never looks at (CVE-2019-10063 of Flatpak).
    enum Width: Hashable, Sendable { case low32, full64 }

    var argument: Int
    var test: Test
    var isNegated = false

    static func oneOf(_ argument: Int, _ values: [UInt64], _ width: Width = .low32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .oneOf(values, width))
    }

    static func noneOf(_ argument: Int, _ values: [UInt64], _ width: Width = .low32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .oneOf(values, width), isNegated: true)
    }

    static func anyBit(_ argument: Int, _ mask: UInt32) -> ArgumentCondition {
        ArgumentCondition(argument: argument, test: .anyBit(mask))
    }
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

    private mutating func place(_ condition: ArgumentCondition, yes: Target, no: Target) -> Target {
        let argument = condition.argument
        switch condition.test {
        case .anyBit(let mask):
            let test = branch(BPFInstruction.jumpAnyBit, mask, yes: yes, no: no)
            return load(FilterData.low(argument), then: test)
        case .oneOf(let values, .low32):
            return placeLow(argument, Set(values.map { UInt32(truncatingIfNeeded: $0) }), yes: yes, no: no)
        case .oneOf(let values, .full64):
            var next = no
            let byHigh = Dictionary(grouping: Set(values)) { UInt32($0 >> 32) }
            for (high, values) in byHigh.sorted(by: { $0.key > $1.key }) {
                let low = placeLow(argument, Set(values.map { UInt32(truncatingIfNeeded: $0) }), yes: yes, no: no)
                let test = branch(BPFInstruction.jumpEqual, high, yes: low, no: next)
                next = load(FilterData.high(argument), then: test)
            }
            return next
        }
    }

    private mutating func placeLow(_ argument: Int, _ values: Set<UInt32>, yes: Target, no: Target) -> Target {
        var next = no
        for value in values.sorted(by: >) { next = branch(BPFInstruction.jumpEqual, value, yes: yes, no: next) }
        return values.isEmpty ? no : load(FilterData.low(argument), then: next)
    }
}
