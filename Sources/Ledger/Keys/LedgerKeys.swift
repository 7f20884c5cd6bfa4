import LinuxIO

/// The keys of a ledger, for those who verify it and those who manage it. Blocking.
package enum LedgerKeys {
    /// What verifies the ledger's checkpoints: all its keys, the first one first.
    package static func verifiers(of directory: String, keys: String? = nil) throws(LedgerError) -> [VerifierKey] {
        let reader = try LedgerReader(directory: directory)
        let known = try KeyFolder(keys ?? KeyFolder.path(beside: directory)).verifierKeys(of: reader.origin)
        guard !known.isEmpty else {
            throw LedgerError(
                .keyMissing, "the ledger in `\(directory)` has no key yet: nothing of it was ever signed",
                remedy: "the next run makes one")
        }
        return known
    }

    /// The newest checkpoint, verified.
    package static func checkpoint(of directory: String, keys: String? = nil) throws(LedgerError) -> SignedCheckpoint {
        try LedgerReader(directory: directory).checkpoint(keys: try verifiers(of: directory, keys: keys))
    }

    /// Gives the ledger another key, and returns what verifies it. The old one is kept, and signs no more.
    package static func rotate(
        _ directory: String, keys: String? = nil, reason: String?
    ) throws(LedgerError) -> VerifierKey {
        try FileSizeSignal.blocked { () throws(LedgerError) in
            var (log, _) = try LogFile.open(
                directory, keys: keys ?? KeyFolder.path(beside: directory), operations: .system)
            let key = try log.rotateKey(reason: reason)
            try log.finish()
            return key
        }
    }
}
