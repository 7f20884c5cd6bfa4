import Manifests

/// Sets of arguments as rules of a profile.
struct OCIConditions {
    private typealias Condition = SandboxProfile.SystemCalls.Condition

    let call: String
    let action: SandboxProfile.SystemCalls.RuleAction
    let errno: String?
    /// Alternatives lift nothing of what every profile refuses; rules on one argument do.
    let onlyAlternatives: Bool

    /// As many rules as a profile takes.
    private static let limit = 1000

    /// The rules that hold for exactly these arguments; nil if there are too many.
    func rules(for region: ArgumentRegion) -> [SandboxProfile.SystemCalls.Rule]? {
        guard let terms = ArgumentTerm.terms(of: region) else { return nil }
        if terms.count == 1, terms[0].constrained.count == 1, !onlyAlternatives {
            let argument = terms[0].constrained[0]
            return conditions(terms[0].cubes[argument], argument).map { rule([$0], isAlternative: false) }
        }
        var rules: [SandboxProfile.SystemCalls.Rule] = []
        for term in terms {
            var products: [[Condition]] = [[]]
            for argument in term.constrained {
                let conditions = conditions(term.cubes[argument], argument)
                products = products.flatMap { product in conditions.map { product + [$0] } }
                guard products.count <= Self.limit else { return nil }
            }
            rules += products.map { rule($0, isAlternative: !$0.isEmpty) }
            guard rules.count <= Self.limit else { return nil }
        }
        return rules
    }

    private func rule(
        _ conditions: [SandboxProfile.SystemCalls.Condition], isAlternative: Bool
    ) -> SandboxProfile.SystemCalls.Rule {
        .init(
            syscall: call, conditions: conditions, isAlternative: isAlternative, action: action, errno: errno)
    }

    /// One of these holds for exactly the values of the cubes.
    private func conditions(_ cubes: [ArgumentCube], _ argument: Int) -> [SandboxProfile.SystemCalls.Condition] {
        guard let set = ValueIntervals(cubes) else {
            return ArgumentTerm.masks(cubes).map { cube in
                let bits = cube.mask > UInt64(UInt32.max) ? width(.full64, argument, isPlain: false) : nil
                return Condition(
                    argument: argument, test: .in([Self.text(cube.value)]), mask: "0x" + String(cube.mask, radix: 16),
                    bits: bits)
            }
        }
        let bits = width(set.width, argument, isPlain: false)
        if let others = set.complement.values, others.count < set.intervals.count {
            return [Condition(argument: argument, test: .notIn(others.map(Self.text)), bits: bits)]
        }
        let singles = set.intervals.filter { $0.lowerBound == $0.upperBound }.map(\.lowerBound)
        var conditions: [SandboxProfile.SystemCalls.Condition] = []
        for start in stride(from: 0, to: singles.count, by: Self.listLimit) {
            let values = singles[start..<min(start + Self.listLimit, singles.count)].map(Self.text)
            conditions.append(
                Condition(argument: argument, test: .in(values), bits: width(set.width, argument, isPlain: true)))
        }
        for range in set.intervals where range.lowerBound != range.upperBound {
            let isOpen = range.upperBound == (set.width == .low32 ? UInt64(UInt32.max) : .max)
            conditions.append(
                Condition(
                    argument: argument,
                    test: .range(from: Self.text(range.lowerBound), to: isOpen ? nil : Self.text(range.upperBound)),
                    bits: bits))
        }
        return conditions
    }

    /// As many values as a rule takes.
    private static let listLimit = 256

    /// Said only where a rule would read the argument otherwise. `deny` compares the lower half of plain values.
    private func width(_ width: ArgumentCondition.Width, _ argument: Int, isPlain: Bool) -> Int? {
        let usual: ArgumentCondition.Width =
            isPlain && action != .allow ? .low32 : ArgumentWidths.width(of: argument, in: call)
        // A rule has to say it where nobody else does.
        let isUsual = width == usual && (isPlain || ArgumentWidths.isKnown(argument, of: call))
        return isUsual ? nil : width == .low32 ? 32 : 64
    }

    private static func text(_ value: UInt64) -> String {
        value <= UInt64(UInt32.max) ? String(value) : "0x" + String(value, radix: 16)
    }
}
