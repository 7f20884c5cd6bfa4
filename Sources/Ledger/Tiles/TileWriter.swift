/// Writes a log as tlog-tiles: lazily, when somebody asks for it, and from where the folder was left the last time. All of
/// it can be made again from the log.
package struct TileWriter {
    private let folder: TileFolder
    private let withEntries: Bool
    private var tree = CompactRange()
    /// By level, the hashes of the last tile, which is not full.
    private var levels: [[TreeHash]] = []
    private var bundle: [UInt8] = []

    /// Brings the tiles in `output` up to the newest checkpoint of the ledger in `directory`.
    ///
    /// - Parameters:
    ///   - keys: The folder of the ledger's keys; the one beside the ledger if nil.
    ///   - entries: Writes the entries too: those in the log, with commitments in the place of what can be erased.
    /// - Returns: The checkpoint that was published with them.
    /// - Throws: `LedgerError` if the ledger is not what its checkpoint signs, or if `output` holds something else.
    @discardableResult
    package static func write(
        ledger directory: String, keys: String? = nil, to output: String, entries: Bool = true
    ) throws(LedgerError) -> SignedCheckpoint {
        let trusted = try KeyFolder(keys ?? KeyFolder.path(beside: directory))
        var reader = try LedgerReader(directory: directory)
        let known = try trusted.verifierKeys(of: reader.origin)
        let checkpoint = try reader.checkpoint(keys: known)
        let folder = try TileFolder(output, create: true, durable: entries)
        var writer = try TileWriter(folder, keys: known, upTo: checkpoint, entries: entries)
        while reader.position.index < checkpoint.size, let record = try reader.next() {
            if record.index >= writer.tree.size { try writer.add(record.payload) }
        }
        guard writer.tree.size == checkpoint.size, writer.tree.root == checkpoint.root else {
            throw LedgerError(
                .corrupt,
                "the entries of `\(reader.path)` and the tiles in `\(output)` are not what the ledger's "
                    + "checkpoint signs",
                remedy: "`agentbox audit verify` says whether the ledger is whole; if it is, use an empty folder")
        }
        try writer.finish()
        try folder.publish(checkpoint)
        return checkpoint
    }

    private init(
        _ folder: TileFolder, keys: [VerifierKey], upTo checkpoint: SignedCheckpoint, entries: Bool
    ) throws(LedgerError) {
        self.folder = folder
        withEntries = entries
        guard let note = try folder.checkpoint() else {
            try folder.requireUnused()
            return
        }
        let before: SignedCheckpoint
        do throws(LedgerError) {
            before = try SignedCheckpoint(note, keys: keys)
        } catch {
            throw LedgerError(
                .diverged, "`\(folder.path)` holds something else than tiles of this ledger: \(error.message)",
                remedy: "name an empty folder")
        }
        guard before.size <= checkpoint.size else {
            throw .shorter("the ledger", than: before.size, has: checkpoint.size, by: folder.path + "/checkpoint")
        }
        let reader = TileReader(folder: folder, size: before.size)
        tree = try reader.border()
        guard tree.root == before.root else {
            throw LedgerError(
                .corrupt, "the tiles in `\(folder.path)` are not what their checkpoint signs",
                remedy: "they were changed: keep them as evidence, and name an empty folder")
        }
        var count = before.size
        while count > 0 {
            let tile = TilePath(kind: .hashes(level: levels.count), number: count / 256, width: Int(count % 256))
            levels.append(tile.width == 0 ? [] : try folder.hashes(tile))
            count /= 256
        }
        let rest = Int(before.size % 256)
        if withEntries, rest > 0 {
            bundle = try folder.bytes(TilePath(kind: .entries, number: before.size / 256, width: rest))
        }
    }

    private mutating func add(_ entry: [UInt8]) throws(LedgerError) {
        var completed: [(level: Int, number: UInt64, hash: TreeHash)] = []
        tree.append(TreeHash(leaf: entry)) { height, number, hash in
            if height % 8 == 0 { completed.append((height / 8, number, hash)) }
        }
        for (level, number, hash) in completed {
            if level == levels.count { levels.append([]) }
            levels[level].append(hash)
            guard levels[level].count == TilePath.width else { continue }
            try folder.write(
                levels[level].flatMap(\.bytes),
                to: TilePath(kind: .hashes(level: level), number: number / 256, width: 256))
            levels[level] = []
        }
        guard withEntries else { return }
        EntryBundle.append(entry, to: &bundle)
        guard tree.size % 256 == 0 else { return }
        try folder.write(bundle, to: TilePath(kind: .entries, number: tree.size / 256 - 1, width: 256))
        bundle = []
    }

    /// Writes what is not full.
    private func finish() throws(LedgerError) {
        for (level, hashes) in levels.enumerated() where !hashes.isEmpty {
            let number = (tree.size >> UInt64(8 * level)) / 256
            try folder.write(
                hashes.flatMap(\.bytes), to: TilePath(kind: .hashes(level: level), number: number, width: hashes.count))
        }
        let rest = Int(tree.size % 256)
        if withEntries, rest > 0 {
            try folder.write(bundle, to: TilePath(kind: .entries, number: tree.size / 256, width: rest))
        }
    }
}
