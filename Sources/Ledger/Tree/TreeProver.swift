/// Makes proofs from the hashes of whole subtrees, wherever those come from.
package struct TreeProver: Sendable {
    /// Entries in the tree.
    package let size: UInt64
    /// The hash of the whole subtree of 2^`height` entries that begins at entry `number` · 2^`height`.
    let node: @Sendable (_ height: Int, _ number: UInt64) throws(LedgerError) -> TreeHash

    /// - Parameter node: Asked only for subtrees that lie within `size` entries.
    package init(
        size: UInt64, node: @escaping @Sendable (_ height: Int, _ number: UInt64) throws(LedgerError) -> TreeHash
    ) {
        self.size = size
        self.node = node
    }

    /// The hash of the first `count` entries.
    package func root(of count: UInt64) throws(LedgerError) -> TreeHash {
        count == 0 ? .ofEmptyTree : try hash(0..<count)
    }

    /// That entry `index` is in the tree of the first `count` entries: PATH of RFC 6962, section 2.1.1. `index` is less
    /// than `count`, which is at most `size`.
    package func inclusion(of index: UInt64, in count: UInt64) throws(LedgerError) -> [TreeHash] {
        var proof: [TreeHash] = []
        var range = 0..<count
        while range.count > 1 {
            let middle = split(range)
            if index < middle {
                proof.append(try hash(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        return proof.reversed()
    }

    /// That the first `first` entries are the beginning of the first `count`: PROOF of RFC 6962, section 2.1.2. `first`
    /// is neither zero nor more than `count`.
    package func consistency(from first: UInt64, to count: UInt64) throws(LedgerError) -> [TreeHash] {
        var proof: [TreeHash] = []
        var range = 0..<count
        while first < range.upperBound {
            let middle = split(range)
            if first <= middle {
                proof.append(try hash(middle..<range.upperBound))
                range = range.lowerBound..<middle
            } else {
                proof.append(try hash(range.lowerBound..<middle))
                range = middle..<range.upperBound
            }
        }
        // The subtree that both trees have is known to whoever knows the first tree's hash, if it is all of it.
        if range.lowerBound > 0 { proof.append(try hash(range)) }
        return proof.reversed()
    }

    /// Of a range that is a node's in the tree.
    private func hash(_ range: Range<UInt64>) throws(LedgerError) -> TreeHash {
        let count = range.upperBound - range.lowerBound
        if count.nonzeroBitCount == 1 {
            let height = count.trailingZeroBitCount
            return try node(height, range.lowerBound >> UInt64(height))
        }
        let middle = split(range)
        return TreeHash(try hash(range.lowerBound..<middle), try hash(middle..<range.upperBound))
    }

    /// Where a node's left subtree ends: after the largest power of two that is less than its entries.
    private func split(_ range: Range<UInt64>) -> UInt64 {
        let count = range.upperBound - range.lowerBound
        return range.lowerBound + (1 as UInt64) << UInt64(63 - (count - 1).leadingZeroBitCount)
    }
}
