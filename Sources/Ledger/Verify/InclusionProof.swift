/// That one entry is in the log, in a file that proves it without the log: C2SP tlog-proof, with the entry itself as its
/// extra data.
///
///     c2sp.org/tlog-proof@v1
///     extra BASE64 of the entry
///     index 17
///     BASE64 of a hash, a line each
///
///     the checkpoint, a signed note
package struct InclusionProof: Hashable, Sendable {
    package let index: LedgerIndex
    /// The entry as it is in the log.
    package let entry: [UInt8]
    package let hashes: [TreeHash]
    /// The checkpoint's note.
    package let checkpoint: String

    static let header = "c2sp.org/tlog-proof@v1"
    package static let sizeLimit = 256 << 10

    package init(index: LedgerIndex, entry: [UInt8], hashes: [TreeHash], checkpoint: String) {
        self.index = index
        self.entry = entry
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    package var encoded: String {
        let lines = [Self.header, "extra \(Base64.encode(entry))", "index \(index)"] + hashes.map(\.base64)
        return lines.joined(separator: "\n") + "\n\n" + checkpoint
    }

    /// Reads a proof's file. What it proves is another question: `verify`.
    package init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
        let (lines, checkpoint) = try ProofText.parts(bytes, header: Self.header, limit: Self.sizeLimit)
        guard lines.count >= 2, lines[0].hasPrefix("extra "), let entry = Base64.decode(lines[0].dropFirst(6)) else {
            throw ProofText.malformed("its second line is not the entry in base 64")
        }
        guard lines[1].hasPrefix("index "), let index = Checkpoint.number(lines[1].dropFirst(6)) else {
            throw ProofText.malformed("its third line is no index")
        }
        self.init(index: index, entry: entry, hashes: try ProofText.hashes(lines.dropFirst(2)), checkpoint: checkpoint)
    }

    /// Checks the checkpoint's signature, and that the entry is where the proof says.
    package func verify(trusted: [VerifierKey]) throws(LedgerError) -> SignedCheckpoint {
        let signed = try SignedCheckpoint(Array(checkpoint.utf8), keys: trusted)
        guard
            ProofVerification.includes(
                TreeHash(leaf: entry), at: index, size: signed.size, root: signed.root, proof: hashes)
        else {
            throw LedgerError(
                .proofWrong, "the proof does not show that its entry is entry \(index) of the log",
                remedy: "the entry or the proof was changed: ask for a new one where the log is")
        }
        return signed
    }
}

/// That a log of one size continues the same log of a smaller size.
///
///     agentbox.dev/consistency-proof@v1
///     old 100 BASE64 of the tree's hash at that size
///     BASE64 of a hash, a line each
///
///     the newer checkpoint, a signed note
package struct ConsistencyProof: Hashable, Sendable {
    package let first: UInt64
    package let firstRoot: TreeHash
    package let hashes: [TreeHash]
    /// The newer checkpoint's note.
    package let checkpoint: String

    static let header = "agentbox.dev/consistency-proof@v1"

    package init(first: UInt64, firstRoot: TreeHash, hashes: [TreeHash], checkpoint: String) {
        self.first = first
        self.firstRoot = firstRoot
        self.hashes = hashes
        self.checkpoint = checkpoint
    }

    package var encoded: String {
        let lines = [Self.header, "old \(first) \(firstRoot.base64)"] + hashes.map(\.base64)
        return lines.joined(separator: "\n") + "\n\n" + checkpoint
    }

    package init(_ bytes: some Collection<UInt8>) throws(LedgerError) {
        let (lines, checkpoint) = try ProofText.parts(bytes, header: Self.header, limit: InclusionProof.sizeLimit)
        let words = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 3, words[0] == "old", let first = Checkpoint.number(words[1]),
            let root = TreeHash(base64: words[2])
        else { throw ProofText.malformed("its second line is not `old`, a size and a hash") }
        self.init(
            first: first, firstRoot: root, hashes: try ProofText.hashes(lines.dropFirst()), checkpoint: checkpoint)
    }

    /// Checks the newer checkpoint's signature, and that its log begins with the older one.
    ///
    /// - Parameter older: The checkpoint from which the person starts; what the proof says of itself if nil.
    package func verify(trusted: [VerifierKey], older: SignedCheckpoint? = nil) throws(LedgerError) -> SignedCheckpoint
    {
        let signed = try SignedCheckpoint(Array(checkpoint.utf8), keys: trusted)
        if let older, older.size != first || older.root != firstRoot {
            throw LedgerError(
                .proofWrong, "the proof starts from another log, or another size, than the checkpoint that was given",
                remedy: "make one with `agentbox audit prove --from \(older.size)`")
        }
        guard
            ProofVerification.isConsistent(
                first: first, firstRoot: firstRoot, second: signed.size, secondRoot: signed.root, proof: hashes)
        else {
            throw LedgerError(
                .proofWrong,
                "the proof does not show that the log of \(signed.size) entries begins with that of \(first)",
                remedy: "one of both, or the proof, was changed: ask for a new one where the log is")
        }
        return signed
    }
}

/// What both kinds of proof have in common: a header, lines, an empty line, a checkpoint.
enum ProofText {
    static func parts(
        _ bytes: some Collection<UInt8>, header: String, limit: Int
    ) throws(LedgerError) -> (lines: [Substring], checkpoint: String) {
        guard bytes.count <= limit, let text = String(validating: Array(bytes), as: UTF8.self),
            text.utf8.allSatisfy({ $0 != UInt8(ascii: "\r") })
        else { throw malformed("it is too long, or not the text of one") }
        guard let border = text.firstRange(of: "\n\n") else {
            throw malformed("no empty line stands before a checkpoint")
        }
        let lines = text[..<border.lowerBound].split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first.map(String.init) == header else { throw malformed("it does not begin with `\(header)`") }
        return (Array(lines.dropFirst()), String(text[border.upperBound...]))
    }

    static func hashes(_ lines: some Collection<Substring>) throws(LedgerError) -> [TreeHash] {
        var hashes: [TreeHash] = []
        for line in lines {
            guard let hash = TreeHash(base64: line) else {
                throw malformed("`\(line.prefix(60))` is no hash in base 64")
            }
            hashes.append(hash)
        }
        // No tree is higher.
        guard hashes.count <= 64 else { throw malformed("it has \(hashes.count) hashes") }
        return hashes
    }

    static func malformed(_ why: String) -> LedgerError {
        LedgerError(.proofWrong, "that is no proof of a log: \(why)", remedy: "`agentbox audit prove` makes one")
    }
}
