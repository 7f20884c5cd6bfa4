/// The hashes of subtrees from tiles. What comes from it is checked by whoever uses it: a proof proves itself.
struct TileReader: Sendable {
    let folder: TileFolder
    let size: UInt64

    var prover: TreeProver {
        TreeProver(size: size) { [self] (height, number) throws(LedgerError) in try node(height, number) }
    }

    private func node(_ height: Int, _ number: UInt64) throws(LedgerError) -> TreeHash {
        let level = height / 8
        let within = UInt64(height % 8)
        let first = number << within
        let count = size >> UInt64(8 * level)
        let tile = first / 256
        let width = Int(min(256, count - tile * 256))
        let hashes = try folder.hashes(TilePath(kind: .hashes(level: level), number: tile, width: width))
        let start = Int(first % 256)
        var range = CompactRange()
        guard start + (1 << Int(within)) <= hashes.count else {
            throw folder.damaged(TilePath(kind: .hashes(level: level), number: tile, width: width))
        }
        for hash in hashes[start..<start + (1 << Int(within))] { range.append(hash) }
        return range.root
    }

    /// The border of the tree.
    func border() throws(LedgerError) -> CompactRange {
        var hashes: [TreeHash] = []
        var first: UInt64 = 0
        for height in stride(from: 63, through: 0, by: -1) where size >> UInt64(height) & 1 == 1 {
            hashes.append(try node(height, first >> UInt64(height)))
            first += 1 << UInt64(height)
        }
        guard let range = CompactRange(size: size, hashes: hashes) else {
            throw LedgerError(.corrupt, "the tiles in `\(folder.path)` are not those of a tree")
        }
        return range
    }
}
