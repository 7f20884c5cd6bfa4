/// Checks of proofs, without any access to the log.
package enum ProofVerification {
    /// True if the entry with this leaf hash is number `index` of the tree of `size` entries whose hash is `root` (RFC
    /// 9162, section 2.1.3.2).
    ///
    /// - Parameter proof: From the leaf's neighbour up to the root's child.
    package static func includes(
        _ leaf: TreeHash, at index: UInt64, size: UInt64, root: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard index < size else { return false }
        var place = index
        var last = size - 1
        var hash = leaf
        for neighbour in proof {
            guard last > 0 else { return false }
            if place & 1 == 1 || place == last {
                hash = TreeHash(neighbour, hash)
                // A node without a right neighbour is the same node one level up.
                while place & 1 == 0, place > 0 { (place, last) = (place >> 1, last >> 1) }
            } else {
                hash = TreeHash(hash, neighbour)
            }
            (place, last) = (place >> 1, last >> 1)
        }
        return last == 0 && hash == root
    }

    /// True if the tree of `first` entries is the beginning of the tree of `second` entries (RFC 9162, section 2.1.4.2).
    /// The empty tree is the beginning of every other: a proof of that proves nothing, and is refused.
    package static func isConsistent(
        first: UInt64, firstRoot: TreeHash, second: UInt64, secondRoot: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard first > 0 else { return false }
        return contains(first: 0..<first, firstRoot: firstRoot, size: second, root: secondRoot, proof: proof)
    }

    /// True if `range` of the entries, a subtree whose hash is `firstRoot`, is part of the tree of `size` entries
    /// (draft-ietf-plants-merkle-tree-certs, section 4.4.3). An empty range is part of any tree and needs no proof.
    package static func contains(
        first range: Range<UInt64>, firstRoot: TreeHash, size: UInt64, root: TreeHash, proof: [TreeHash]
    ) -> Bool {
        guard isSubtree(range), range.upperBound <= size else { return false }
        guard !range.isEmpty else { return proof.isEmpty && firstRoot == .ofEmptyTree }
        var start = range.lowerBound
        var end = range.upperBound - 1
        var last = size - 1
        func up() { (start, end, last) = (start >> 1, end >> 1, last >> 1) }
        if end == last {
            while start != end { up() }
        } else {
            while start != end, end & 1 == 1 { up() }
        }
        var rest = proof[...]
        var hash = firstRoot
        if start != end {
            guard let first = rest.popFirst() else { return false }
            hash = first
        }
        var inner = hash
        for neighbour in rest {
            guard last > 0 else { return false }
            if end & 1 == 1 || end == last {
                if start < end { inner = TreeHash(neighbour, inner) }
                hash = TreeHash(neighbour, hash)
                while end & 1 == 0, end > 0 { up() }
            } else {
                hash = TreeHash(hash, neighbour)
            }
            up()
        }
        return last == 0 && inner == firstRoot && hash == root
    }

    /// True if a range of entries is what a tree has beneath one node, or an empty one: it begins at a multiple of the
    /// power of two that it fits into.
    package static func isSubtree(_ range: Range<UInt64>) -> Bool {
        let count = range.upperBound - range.lowerBound
        guard count > 1 else { return true }
        let height = UInt64(UInt64.bitWidth - (count - 1).leadingZeroBitCount)
        return height < 64 ? range.lowerBound & ((1 << height) - 1) == 0 : range.lowerBound == 0
    }
}
