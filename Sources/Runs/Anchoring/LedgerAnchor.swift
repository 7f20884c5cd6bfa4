import Ledger

/// Publishes checkpoints of a ledger outside, and compares the ledger with what was published.
package enum LedgerAnchor {
    /// Publishes the newest checkpoint, and records that. Blocking but for the entry.
    ///
    /// - Returns: The checkpoint that was published.
    /// - Throws: An error, and nothing is published, if the place holds anything but an older checkpoint of this ledger.
    package static func publish(_ directory: String, to place: AnchorPlace) async throws -> SignedCheckpoint {
        // Opening checks that the ledger is what its checkpoint says.
        let (ledger, _) = try Ledger.open(directory)
        let checkpoint = try LedgerKeys.checkpoint(of: directory)
        let log = ledger.origin.description
        if let published = try fetch(place, log: log) {
            try FileAnchor.requireOlder(
                published, than: checkpoint, at: place.description, trusted: try LedgerKeys.verifiers(of: directory))
        }
        switch place {
        case .file(let path): try FileAnchor.publish(checkpoint, to: path, of: directory)
        case .git(let repository, let branch):
            try GitAnchor.publish(checkpoint.encoded, log: log, to: repository, branch: branch)
        case .http(let address): try HTTPAnchor.publish(checkpoint.encoded, to: address)
        }
        try await ledger.append(
            AnchoredEntry(place: place.description, size: checkpoint.size, root: checkpoint.root.base64))
        try await ledger.close()
        return checkpoint
    }

    /// What is published there; nil if nothing is. Blocking.
    package static func fetch(_ place: AnchorPlace, log: String) throws -> [UInt8]? {
        switch place {
        case .file(let path): return FileAnchor.read(path)
        case .git(let repository, let branch): return try GitAnchor.fetch(log: log, from: repository, branch: branch)
        case .http(let address): return try HTTPAnchor.fetch(address)
        }
    }

    /// The published checkpoint, to hold a ledger against.
    ///
    /// - Throws: `RunError` if none is there.
    package static func kept(_ place: AnchorPlace, of directory: String) throws -> KeptCheckpoint {
        let log = try LedgerReader(directory: directory).origin.description
        guard let note = try fetch(place, log: log) else {
            throw RunError(
                "no checkpoint of this ledger is at `\(place)`", remedy: "`agentbox audit anchor` publishes one")
        }
        return KeptCheckpoint(place: place.description, note: note)
    }
}
