/// A Merkle tree to which entries are added, of which only the right border is kept: the hashes of the largest whole
/// subtrees, one for each bit of its size. A million entries take twenty hashes.
package struct CompactRange: Hashable, Sendable {
    /// Entries in the tree.
    package private(set) var size: UInt64 = 0
    /// Of the whole subtrees, the largest and leftmost first.
    package private(set) var hashes: [TreeHash] = []

    package init() {}

    /// The tree of `size` entries whose border this is; nil if the number of hashes does not fit.
    package init?(size: UInt64, hashes: [TreeHash]) {
        guard hashes.count == size.nonzeroBitCount else { return nil }
        self.size = size
        self.hashes = hashes
    }

    /// Adds an entry by the hash of its leaf. `completed` is given every whole subtree that ends with it: its height (0
    /// for the leaf itself), its number among those of its height, and its hash.
    package mutating func append(
        _ leaf: TreeHash, completed: (_ height: Int, _ number: UInt64, _ hash: TreeHash) -> Void = { _, _, _ in }
    ) {
        var hash = leaf
        var height = 0
        completed(0, size, hash)
        while size >> UInt64(height) & 1 == 1 {
            hash = TreeHash(hashes.removeLast(), hash)
            height += 1
            completed(height, size >> UInt64(height), hash)
        }
        hashes.append(hash)
        size += 1
    }

    /// The hash of the whole tree.
    package var root: TreeHash {
        guard var root = hashes.last else { return .ofEmptyTree }
        for left in hashes.dropLast().reversed() { root = TreeHash(left, root) }
        return root
    }
}
