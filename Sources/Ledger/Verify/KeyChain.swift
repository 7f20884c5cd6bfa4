import StrictJSON

/// The keys of a log that can be trusted: those that somebody trusts to begin with, and those that a trusted one named
/// before it was replaced.
///
/// A new key is announced by an entry which a checkpoint of the key before covers, and that checkpoint stands in the first
/// entry under the new key. So whoever knows any of a log's keys can follow to the newest.
struct KeyChain {
    private(set) var keys: [VerifierKey]
    private var announced: (key: VerifierKey, size: UInt64, root: TreeHash)?

    init(_ trusted: [VerifierKey]) {
        keys = trusted
    }

    /// Takes in an entry of that kind, when `tree` holds it and all before it.
    mutating func add(_ payload: [UInt8], _ kind: String?, _ tree: CompactRange) throws(LedgerError) {
        guard kind == KeyRotatedEntry.kind || kind == EpochStartedEntry.kind, let json = try? JSON(parsing: payload)
        else {
            return
        }
        if kind == KeyRotatedEntry.kind {
            let entry = try KeyRotatedEntry(json)
            announced = (try VerifierKey(entry.verifierKey), tree.size, tree.root)
            return
        }
        let entry = try EpochStartedEntry(json)
        guard let announced, announced.key.description == entry.verifierKey else {
            throw Self.broken(tree.size - 1, "it names another key than the entry before announced")
        }
        self.announced = nil
        // A key from before the first one that is trusted cannot be judged, and need not be: what it signed is signed
        // again by those after it.
        guard let before = try? SignedCheckpoint(Array(entry.checkpoint.utf8), keys: keys) else { return }
        guard before.size == announced.size, before.root == announced.root,
            before.key.keyName?.next == announced.key.keyName
        else { throw Self.broken(tree.size - 1, "the checkpoint in it is not the one that covers the announcement") }
        if !keys.contains(announced.key) { keys.append(announced.key) }
    }

    private static func broken(_ index: UInt64, _ why: String) -> LedgerError {
        LedgerError(
            .corrupt, "entry \(index) does not continue the keys of the log: \(why)",
            remedy: "somebody put it there: keep the log as evidence")
    }
}
