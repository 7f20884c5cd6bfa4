import LinuxIO

/// Reads one's own ledger from its first entry on, and holds what it read against the checkpoints that the ledger's key
/// signed: who shows entries to a person uses this.
///
/// An entry beyond the newest checkpoint that verifies is not handed out. What was read is compared at each checkpoint
/// that it reaches, so that `next` returns nil only after everything before was what a checkpoint signs. Where no
/// checkpoint verifies it hands out what is there, and throws in the place of the end.
package struct VerifiedReader: Sendable {
    private var reader: LedgerReader
    private let keys: String
    private var tree = CompactRange()
    private var checkpoint: SignedCheckpoint?
    /// How many entries are handed out before the next look at the checkpoints.
    private var limit: UInt64 = 0
    /// Why no checkpoint can be relied on; nil if one can.
    private var problem: LedgerError?

    /// - Parameter keys: The folder of the ledger's keys; the one beside the ledger if nil.
    package init(directory: String, keys: String? = nil) throws(LedgerError) {
        reader = try LedgerReader(directory: directory)
        self.keys = keys ?? KeyFolder.path(beside: directory)
    }

    /// The next entry; nil where the ledger ends for now.
    ///
    /// - Throws: `LedgerError` at damage, and where the entries so far are not what the ledger's key signed.
    package mutating func next() throws(LedgerError) -> LedgerRecord? {
        if tree.size >= limit { try renew() }
        guard tree.size < limit else { return nil }
        if let record = try reader.next() {
            tree.append(TreeHash(leaf: record.payload))
            return record
        }
        if let problem { throw problem }
        guard checkpoint == nil else { throw .shorter(reader.path, than: limit, has: tree.size) }
        return nil
    }

    /// Looks at the checkpoints anew, when what the last one covers was read.
    private mutating func renew() throws(LedgerError) {
        if let checkpoint { try compare(checkpoint) }
        do throws(LedgerError) {
            let folder = try KeyFolder(keys)
            guard reader.isSigned else {
                limit = .max
                // Of an agentbox that signed nothing there are no keys.
                guard folder.isEmpty else { throw reader.unsigned }
                return
            }
            // In this order: another process may append meanwhile.
            let marked = reader.markedSize() ?? 0
            let newest = try folder.publishedEpoch(of: reader.origin)
            let trusted = try folder.verifierKeys(of: reader.origin)
            var failure: LedgerError?
            var found: SignedCheckpoint?
            for note in try reader.notes() where found == nil {
                do throws(LedgerError) {
                    let signed = try reader.checkpoint(note, keys: trusted)
                    try folder.requireCurrent(signed, newest: newest)
                    found = signed
                } catch {
                    failure = failure ?? error
                }
            }
            guard let found else { throw failure ?? reader.checkpointMissing }
            guard found.size >= max(tree.size, marked) else {
                throw .shorter(reader.path, than: max(tree.size, marked), has: found.size)
            }
            checkpoint = found
            limit = found.size
            guard found.size == tree.size else { return }
            try compare(found)
            // A newer one was put beside it that the key did not sign.
            if let failure { throw failure }
        } catch {
            guard checkpoint == nil else { throw error }
            problem = error
            limit = .max
        }
    }

    private func compare(_ checkpoint: SignedCheckpoint) throws(LedgerError) {
        guard tree.size == checkpoint.size, tree.root == checkpoint.root else {
            throw .changed(reader.path, size: tree.size)
        }
    }
}
