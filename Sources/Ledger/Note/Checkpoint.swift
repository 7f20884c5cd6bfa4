/// What a log is at one size (C2SP tlog-checkpoint): the text of a note that its key signs.
package struct Checkpoint: Hashable, Sendable {
    /// Which log; for a log of agentbox the name of its key of then.
    package let origin: String
    /// Entries.
    package let size: UInt64
    /// The hash of the tree of these entries.
    package let root: TreeHash

    package init(origin: String, size: UInt64, root: TreeHash) {
        self.origin = origin
        self.size = size
        self.root = root
    }

    /// The note's text.
    package var text: String { "\(origin)\n\(size)\n\(root.base64)\n" }

    /// Reads a note's text. Lines after the third are extensions of somebody else's: they are covered by the signature
    /// and mean nothing here.
    package init(text: String) throws(LedgerError) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count >= 4, lines.last == "", !lines[0].isEmpty, !lines.dropLast().contains("") else {
            throw LedgerError(.noteMalformed, "that is no checkpoint: it has no lines of origin, size and hash")
        }
        guard let size = Self.number(lines[1]) else {
            throw LedgerError(.noteMalformed, "that is no checkpoint: its second line is no number of entries")
        }
        guard let root = TreeHash(base64: lines[2]) else {
            throw LedgerError(.noteMalformed, "that is no checkpoint: its third line is no hash in base 64")
        }
        self.init(origin: String(lines[0]), size: size, root: root)
    }

    /// A decimal number without sign or leading zeros.
    static func number(_ text: some StringProtocol) -> UInt64? {
        guard let number = UInt64(text), String(number) == text else { return nil }
        return number
    }
}

/// A checkpoint with the signature of its log, verified.
package struct SignedCheckpoint: Hashable, Sendable {
    package let checkpoint: Checkpoint
    /// The key that signed it.
    package let key: VerifierKey
    /// As it was read or made.
    package let note: SignedNote

    package var size: UInt64 { checkpoint.size }
    package var root: TreeHash { checkpoint.root }
    package var encoded: String { note.encoded }

    init(_ checkpoint: Checkpoint, signedBy key: SigningKey) throws(LedgerError) {
        self.checkpoint = checkpoint
        self.key = key.verifier
        note = try SignedNote(checkpoint.text, signedBy: key)
    }

    /// For a verifier that has to read the log before it knows whether to trust the key.
    init(unverified checkpoint: Checkpoint, _ note: SignedNote) {
        self.checkpoint = checkpoint
        self.note = note
        key = VerifierKey(name: checkpoint.origin, publicKey: [])
    }

    /// Reads a checkpoint that one of `keys` signed, as the log of that name.
    package init(_ bytes: some Collection<UInt8>, keys: [VerifierKey]) throws(LedgerError) {
        note = try SignedNote(bytes)
        checkpoint = try Checkpoint(text: note.text)
        let signers = try note.verified(by: keys)
        guard let key = signers.first(where: { [checkpoint] in $0.name == checkpoint.origin }) else {
            throw LedgerError(
                .signatureMissing,
                "the checkpoint of `\(checkpoint.origin)` is not signed by a key that is trusted here",
                remedy: "give the log's verifier key with --key; `agentbox audit key` prints it where the log is")
        }
        self.key = key
    }
}
