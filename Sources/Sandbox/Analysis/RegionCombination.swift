/// Puts two diagrams together. Each pair of nodes is looked at once.
///
/// Attack: rules whose conditions tie each bit of one argument to a bit of another make a diagram that doubles with every
/// rule. So there is a limit, beyond which there is no answer.
struct RegionCombination {
    /// A filter of a person's making takes some hundreds.
    static let limit = 300_000

    enum Operation { case intersection, union, difference }

    private struct Pair: Hashable {
        let left: ObjectIdentifier
        let right: ObjectIdentifier
    }

    private struct Shape: Hashable {
        let variable: Int
        let low: ObjectIdentifier
        let high: ObjectIdentifier
    }

    private let operation: Operation
    private var known: [Pair: RegionNode] = [:]
    private var made: [Shape: RegionNode] = [:]

    static func of(
        _ left: RegionNode, _ operation: Operation, _ right: RegionNode
    ) throws(SandboxError) -> RegionNode {
        var combination = RegionCombination(operation: operation)
        return try combination.combined(left, right)
    }

    private init(operation: Operation) { self.operation = operation }

    private mutating func combined(_ left: RegionNode, _ right: RegionNode) throws(SandboxError) -> RegionNode {
        if let result = end(left, right) { return result }
        let pair = Pair(left: ObjectIdentifier(left), right: ObjectIdentifier(right))
        if let result = known[pair] { return result }
        let variable = min(left.variable, right.variable)
        let (leftLow, leftHigh) = Self.sides(left, variable)
        let (rightLow, rightHigh) = Self.sides(right, variable)
        let low = try combined(leftLow, rightLow)
        let high = try combined(leftHigh, rightHigh)
        let shape = Shape(variable: variable, low: ObjectIdentifier(low), high: ObjectIdentifier(high))
        let result = made[shape] ?? RegionNode.made(variable, low, high)
        made[shape] = result
        known[pair] = result
        guard known.count <= Self.limit else {
            throw SandboxError(
                .unsupported, "rules on the arguments of one system call have too many combinations to be analysed",
                remedy: "tie fewer arguments together in `when`")
        }
        return result
    }

    /// What needs no look at the bits.
    private func end(_ left: RegionNode, _ right: RegionNode) -> RegionNode? {
        let (nothing, everything) = (RegionNode.nothing, RegionNode.everything)
        switch operation {
        case .intersection:
            if left === nothing || right === nothing { return nothing }
            if left === everything || left === right { return right }
            return right === everything ? left : nil
        case .union:
            if left === everything || right === everything { return everything }
            if left === nothing || left === right { return right }
            return right === nothing ? left : nil
        case .difference:
            if left === nothing || right === everything || left === right { return nothing }
            return right === nothing ? left : nil
        }
    }

    private static func sides(_ node: RegionNode, _ variable: Int) -> (RegionNode, RegionNode) {
        guard node.variable == variable, let low = node.low, let high = node.high else { return (node, node) }
        return (low, high)
    }
}
