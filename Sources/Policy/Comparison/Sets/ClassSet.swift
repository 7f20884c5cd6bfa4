/// A set of the classes of one dimension, by their numbers.
struct ClassSet: Hashable, Sendable {
    private var words: [UInt64]

    /// The empty set of a dimension of so many classes.
    init(none classes: Int) { words = Array(repeating: 0, count: (classes + 63) / 64) }

    init(_ classes: Int, where isMember: (Int) -> Bool) {
        self.init(none: classes)
        for index in 0..<classes where isMember(index) { insert(index) }
    }

    mutating func insert(_ index: Int) { words[index / 64] |= 1 << UInt64(index % 64) }

    func contains(_ index: Int) -> Bool { words[index / 64] & (1 << UInt64(index % 64)) != 0 }

    var isEmpty: Bool { words.allSatisfy { $0 == 0 } }

    var count: Int { words.reduce(0) { $0 + $1.nonzeroBitCount } }

    func intersects(_ other: ClassSet) -> Bool {
        for (left, right) in zip(words, other.words) where left & right != 0 { return true }
        return false
    }

    func isSubset(of other: ClassSet) -> Bool {
        for (left, right) in zip(words, other.words) where left & ~right != 0 { return false }
        return true
    }

    func intersection(_ other: ClassSet) -> ClassSet {
        var result = self
        for index in words.indices { result.words[index] &= other.words[index] }
        return result
    }

    func subtracting(_ other: ClassSet) -> ClassSet {
        var result = self
        for index in words.indices { result.words[index] &= ~other.words[index] }
        return result
    }

    /// The numbers, ascending.
    var members: [Int] {
        var result: [Int] = []
        for (position, word) in words.enumerated() {
            var rest = word
            while rest != 0 {
                result.append(position * 64 + rest.trailingZeroBitCount)
                rest &= rest - 1
            }
        }
        return result
    }
}
