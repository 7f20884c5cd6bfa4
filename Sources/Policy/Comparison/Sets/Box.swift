/// A product of sets, one for each dimension: what a rule says of a call, if every dimension is a question that the rule
/// asks by itself.
struct Box: Hashable, Sendable {
    /// By dimension.
    private(set) var sets: [ClassSet]

    /// INVARIANT: a set for each dimension of the space, of that dimension's size.
    init(_ sets: [ClassSet]) { self.sets = sets }

    var isEmpty: Bool { sets.contains(where: \.isEmpty) }

    /// Grows with the number of places in the box; of boxes of one space only.
    var logarithmicSize: Int { sets.reduce(0) { $0 + Int.bitWidth - $1.count.leadingZeroBitCount } }

    func intersects(_ other: Box) -> Bool {
        for (left, right) in zip(sets, other.sets) where !left.intersects(right) { return false }
        return true
    }

    func isSubset(of other: Box) -> Bool {
        for (left, right) in zip(sets, other.sets) where !left.isSubset(of: right) { return false }
        return true
    }

    /// Perhaps empty.
    func intersection(_ other: Box) -> Box {
        Box(zip(sets, other.sets).map { $0.intersection($1) })
    }

    func with(_ set: ClassSet, at dimension: Int) -> Box {
        var result = self
        result.sets[dimension] = set
        return result
    }

    /// Boxes without an overlap that together are this one without the other. The other intersects it.
    func pieces(without other: Box) -> [Box] {
        var rest = self
        var pieces: [Box] = []
        for (dimension, set) in other.sets.enumerated() where !rest.sets[dimension].isSubset(of: set) {
            pieces.append(rest.with(rest.sets[dimension].subtracting(set), at: dimension))
            rest = rest.with(rest.sets[dimension].intersection(set), at: dimension)
        }
        return pieces
    }
}
