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
