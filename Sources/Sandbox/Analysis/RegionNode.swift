/// A node of a binary decision diagram over the bits of the six arguments: if the bit is clear it goes on at `low`, else
/// at `high`. Bits are asked in one order, the first argument's highest bit first, and no node asks a bit that makes no
/// difference.
///
/// Every comparison that a filter makes takes at most 64 nodes, and so do their combinations stay small, where lists of
/// combinations would not.
final class RegionNode: Sendable {
    /// 64 times the argument, and how far from the highest bit.
    let variable: Int
    let low: RegionNode?
    let high: RegionNode?

    /// The two ends have no bit to ask.
    static let nothing = RegionNode(end: 6 * 64)
    static let everything = RegionNode(end: 6 * 64)

    private init(end: Int) {
        variable = end
        low = nil
        high = nil
    }

    private init(_ variable: Int, _ low: RegionNode, _ high: RegionNode) {
        self.variable = variable
        self.low = low
        self.high = high
    }

    /// INVARIANT: a node whose two sides are the same is not made, so an empty region is `nothing` itself.
    static func made(_ variable: Int, _ low: RegionNode, _ high: RegionNode) -> RegionNode {
        low === high ? low : RegionNode(variable, low, high)
    }

    /// The arguments of which one is in the cube.
    static func of(_ cube: ArgumentCube, at argument: Int) -> RegionNode {
        var node = everything
        for bit in 0..<64 where cube.mask >> UInt64(bit) & 1 == 1 {
            let variable = 64 * argument + 63 - bit
            let isSet = cube.value >> UInt64(bit) & 1 == 1
            node = isSet ? made(variable, nothing, node) : made(variable, node, nothing)
        }
        return node
    }
}

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
