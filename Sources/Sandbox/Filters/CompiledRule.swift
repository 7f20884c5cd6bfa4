import Glibc
import Manifests

/// A rule of a profile with its constants resolved.
struct CompiledRule {
    /// Any of these holds as a whole. One, but for a `deny` of values of both widths.
    let conjunctions: [[ArgumentCondition]]
    let isAllowed: Bool
    /// What a rule that allows nothing does.
    let action: FilterAction
    /// The argument that an `allow` rule is about; nil for `deny` and for alternatives with `when`.
    let liftedArgument: Int?

    /// - Parameter refusal: What a denied call meets unless the rule says which error.
    init(_ rule: SandboxProfile.SystemCalls.Rule, refusal: FilterAction) throws(SandboxError) {
        isAllowed = rule.action == .allow
        if let errno = rule.errno {
            action = .error(try ErrorNumbers.value(of: errno))
        } else {
            action = rule.action == .kill ? .killProcess : refusal
        }
        liftedArgument = isAllowed && !rule.isAlternative ? rule.conditions.first?.argument : nil
        var conjunctions: [[ArgumentCondition]] = [[]]
        for condition in rule.conditions {
            let forms = try Self.forms(of: condition, in: rule)
            conjunctions = conjunctions.flatMap { conjunction in forms.map { conjunction + [$0] } }
        }
        self.conjunctions = conjunctions
    }

    /// The condition as tests of which one must hold.
    private static func forms(
        of condition: SandboxProfile.SystemCalls.Condition, in rule: SandboxProfile.SystemCalls.Rule
    ) throws(SandboxError) -> [ArgumentCondition] {
        let argument = condition.argument
        let width: ArgumentCondition.Width =
            switch condition.bits {
            case 32: .low32
            case 64: .full64
            default: ArgumentWidths.width(of: argument, in: rule.syscall)
            }
        // Attack: a bit that the kernel never looks at, set in the upper half, takes a value out of a range and into "none
        // of these" (CVE-2019-10063).
        if condition.bits == nil, condition.mask == nil, !ArgumentWidths.isKnown(argument, of: rule.syscall),
            !condition.isList
        {
            throw SandboxError(
                .invalidSpecification,
                "the rule `\(rule.text)` does not say how much of argument \(argument) the kernel reads",
                remedy: "write `bits: 32` for an `int`, `bits: 64` for a size, an offset or a pointer")
        }
        switch condition.test {
        case .range(let from, let to):
            return [ArgumentCondition(argument: argument, test: try range(from, to, width, rule))]
        case .notIn(let texts):
            return [try equality(argument, texts, condition.mask, width, rule).negated]
        case .in(let texts):
            guard !(rule.action == .allow), condition.mask == nil, condition.bits == nil else {
                return [try equality(argument, texts, condition.mask, width, rule)]
            }
            // Refusing by the lower half refuses too much at worst. Letting the upper half decide lets a request
            // through of which the kernel reads the lower half only.
            var values: [UInt64] = []
            for text in texts { values.append(try ArgumentConstants.value(of: text)) }
            let (short, long) = (values.filter(fitsHalf), values.filter { !fitsHalf($0) })
            return (short.isEmpty ? [] : [.oneOf(argument, short)])
                + (long.isEmpty ? [] : [.oneOf(argument, long, .full64)])
        }
    }

    private static func equality(
        _ argument: Int, _ texts: [String], _ maskText: String?, _ width: ArgumentCondition.Width,
        _ rule: SandboxProfile.SystemCalls.Rule
    ) throws(SandboxError) -> ArgumentCondition {
        var values: [UInt64] = []
        for text in texts { values.append(try ArgumentConstants.value(of: text)) }
        guard let maskText else { return .oneOf(argument, values, width) }
        let mask = try ArgumentConstants.value(of: maskText)
        if let stray = values.first(where: { $0 & ~mask != 0 }) {
            throw SandboxError(
                .invalidSpecification,
                "the rule `\(rule.text)` never holds: \(stray) has bits that the mask \(maskText) leaves out",
                remedy: "take these bits into the mask, or out of the value")
        }
        if width == .low32, mask > UInt64(UInt32.max) {
            throw SandboxError(
                .invalidSpecification,
                "the rule `\(rule.text)` masks bits of which the kernel reads nothing: the argument has 32",
                remedy: "use a mask of at most 0xffffffff")
        }
        return ArgumentCondition(argument: argument, test: .masked(mask, values, width))
    }

    private static func range(
        _ from: String?, _ to: String?, _ width: ArgumentCondition.Width, _ rule: SandboxProfile.SystemCalls.Rule
    ) throws(SandboxError) -> ArgumentCondition.Test {
        let greatest = width == .low32 ? UInt64(UInt32.max) : UInt64.max
        let lower = try from.map { text throws(SandboxError) in try ArgumentConstants.value(of: text) } ?? 0
        let upper = try to.map { text throws(SandboxError) in try ArgumentConstants.value(of: text) } ?? greatest
        guard lower <= upper, upper <= greatest else {
            throw SandboxError(
                .invalidSpecification,
                "the rule `\(rule.text)` has a range that holds nothing, or more than the "
                    + "argument's \(width == .low32 ? 32 : 64) bits",
                remedy: "write `from` and `to` with the lesser number first")
        }
        return .range(lower...upper, width)
    }

    private static func fitsHalf(_ value: UInt64) -> Bool {
        value <= UInt64(UInt32.max) || Int64(bitPattern: value) >= Int64(Int32.min) && Int64(bitPattern: value) < 0
    }
}

extension SandboxProfile.SystemCalls.Condition {
    /// Single values that hold: compared as far as is safe whatever the width.
    fileprivate var isList: Bool { if case .in = test { true } else { false } }
}

extension ArgumentCondition {
    /// Conditions that all hold where none of `alternatives` does. Plain lists of values become one.
    static func noneHolds(of alternatives: [ArgumentCondition]) -> [ArgumentCondition] {
        var lists: [ArgumentCondition.Width: [UInt64]] = [:]
        var others: [ArgumentCondition] = []
        var argument = 0
        for condition in alternatives {
            argument = condition.argument
            if case .oneOf(let values, let width) = condition.test, !condition.isNegated {
                lists[width, default: []] += values
            } else {
                others.append(condition.negated)
            }
        }
        let plain = [Width.low32, .full64].compactMap { width in
            lists[width].map { ArgumentCondition.noneOf(argument, $0, width) }
        }
        return plain + others
    }
}
