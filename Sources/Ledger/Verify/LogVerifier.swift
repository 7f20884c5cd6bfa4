import LinuxIO
import StrictJSON

/// Verifies a log from its first entry to its newest checkpoint, in constant memory: the signature, the tree, the chain of
/// keys, and that it continues checkpoints that were kept elsewhere.
package struct LogVerifier {
    private var tree = CompactRange()
    private var chain: KeyChain
    private let kept: [KeptCheckpoint]
    /// Roots at the sizes of kept checkpoints, by size.
    private var roots: [UInt64: TreeHash] = [:]
    private var result: LedgerVerification
    private var erasures: [ClosedRange<LedgerIndex>] = []
    /// Entries whose values are not there, in ranges: whether somebody had them erased later entries tell.
    private var withheld: [(entries: ClosedRange<LedgerIndex>, values: Int)] = []
    private let path: String

    private init(
        _ path: String, _ note: [UInt8], trusted: [VerifierKey], kept: [KeptCheckpoint]
    ) throws(LedgerError) {
        self.path = path
        self.kept = kept
        chain = KeyChain(trusted)
        // Which key signed it is judged at the end: the log itself may tell of it.
        let signed = try SignedNote(note)
        let claimed = try Checkpoint(text: signed.text)
        result = LedgerVerification(checkpoint: SignedCheckpoint(unverified: claimed, signed))
        for checkpoint in kept {
            let size = try Self.size(of: checkpoint)
            guard size <= claimed.size else {
                throw .shorter(path, than: size, has: claimed.size, by: checkpoint.place)
            }
            roots[size] = size == 0 ? .ofEmptyTree : nil
        }
        sizes = Set(try kept.map { (kept) throws(LedgerError) in try Self.size(of: kept) })
    }

    private let sizes: Set<UInt64>

    private static func size(of kept: KeptCheckpoint) throws(LedgerError) -> UInt64 {
        do throws(LedgerError) {
            return try Checkpoint(text: try SignedNote(kept.note).text).size
        } catch {
            throw LedgerError(.noteMalformed, "`\(kept.place)`: \(error.message)", remedy: error.remedy)
        }
    }

    /// Verifies the ledger in `directory`.
    ///
    /// - Parameters:
    ///   - trusted: The keys to begin with; those of the folder of keys if nil, as for one's own ledger.
    ///   - kept: Checkpoints from elsewhere that it has to continue.
    ///   - withData: Checks also what can be erased against the commitments.
    /// - Throws: `LedgerError` that says what does not hold.
    package static func verify(
        ledger directory: String, keys: String? = nil, trusted: [VerifierKey]? = nil, kept: [KeptCheckpoint] = [],
        withData: Bool = true
    ) throws(LedgerError) -> LedgerVerification {
        var reader = try LedgerReader(directory: directory)
        let known: [VerifierKey]
        if let trusted {
            known = trusted
        } else {
            known = try KeyFolder(keys ?? KeyFolder.path(beside: directory)).verifierKeys(of: reader.origin)
        }
        // In this order: another process may append meanwhile.
        let marked = reader.markedSize()
        let note = try reader.newestNote()
        var verifier = try LogVerifier(reader.path, note, trusted: known, kept: kept)
        let size = verifier.result.checkpoint.size
        guard verifier.result.checkpoint.checkpoint.origin.contains("/\(reader.origin)/") else {
            throw LedgerError(
                .corrupt, "the checkpoint beside `\(reader.path)` is of another log",
                remedy: "restore the whole folder of the ledger from one backup")
        }
        if let marked, marked > size { throw .shorter(reader.path, than: marked, has: size) }
        while reader.position.index < size, let record = try reader.next() {
            try verifier.add(record.payload)
            if withData { try verifier.checkData(record) }
        }
        let result = try verifier.finish()
        if trusted == nil {
            try KeyFolder(keys ?? KeyFolder.path(beside: directory)).requireCurrent(
                result.checkpoint, of: reader.origin)
        }
        return result
    }

    /// Verifies a log in the form of tlog-tiles: checkpoint, entries, and every tile.
    package static func verify(
        tiles directory: String, trusted: [VerifierKey], kept: [KeptCheckpoint] = []
    ) throws(LedgerError) -> LedgerVerification {
        let folder = try TileFolder(directory, create: false)
        guard let note = try folder.checkpoint() else {
            throw LedgerError(
                .openFailed, "`\(directory)` holds no checkpoint: it is no log in the form of tlog-tiles",
                remedy: "`agentbox audit export --format tlog-tiles` makes one")
        }
        var verifier = try LogVerifier(directory, note, trusted: trusted, kept: kept)
        let size = verifier.result.checkpoint.size
        var levels: [[TreeHash]] = []
        func check(_ level: Int, _ number: UInt64, _ hashes: [TreeHash]) throws(LedgerError) {
            let tile = TilePath(kind: .hashes(level: level), number: number, width: hashes.count)
            guard try folder.bytes(tile) == hashes.flatMap(\.bytes) else { throw folder.damaged(tile) }
        }
        for number in 0..<(size / 256 + (size % 256 == 0 ? 0 : 1)) {
            let bundle = TilePath(kind: .entries, number: number, width: Int(min(256, size - number * 256)))
            guard let entries = EntryBundle.entries(try folder.bytes(bundle), count: bundle.width) else {
                throw folder.damaged(bundle)
            }
            for entry in entries {
                var completed: [(level: Int, number: UInt64, hash: TreeHash)] = []
                try verifier.add(entry) { height, number, hash in
                    if height % 8 == 0 { completed.append((height / 8, number, hash)) }
                }
                for (level, number, hash) in completed {
                    if level == levels.count { levels.append([]) }
                    levels[level].append(hash)
                    guard levels[level].count == TilePath.width else { continue }
                    try check(level, number / 256, levels[level])
                    levels[level] = []
                }
            }
        }
        for (level, hashes) in levels.enumerated() where !hashes.isEmpty {
            try check(level, (size >> UInt64(8 * level)) / 256, hashes)
        }
        return try verifier.finish()
    }

    private mutating func add(
        _ payload: [UInt8], completed: (_ height: Int, _ number: UInt64, _ hash: TreeHash) -> Void = { _, _, _ in }
    ) throws(LedgerError) {
        tree.append(TreeHash(leaf: payload), completed: completed)
        if sizes.contains(tree.size) { roots[tree.size] = tree.root }
        let kind = payload.withUnsafeBytes { EntryHeadline(canonical: $0).kind }
        try chain.add(payload, kind, tree)
        try note(payload, kind)
    }

    /// What an entry says of the log itself.
    private mutating func note(_ payload: [UInt8], _ kind: String?) throws(LedgerError) {
        switch kind {
        case RecoveredEntry.kind: result.recoveries += 1
        case EpochStartedEntry.kind: result.epochs += 1
        case UpgradedEntry.kind:
            if let json = try? JSON(parsing: payload) {
                result.unsignedEntries = try UpgradedEntry(json).unsignedEntries
            }
        case ErasedEntry.kind:
            if let json = try? JSON(parsing: payload) { erasures += try ErasedEntry(json).entries }
        default: break
        }
    }

    private mutating func checkData(_ record: LedgerRecord) throws(LedgerError) {
        // Most entries of most kinds hold no commitment.
        let (commitments, withheld) = try record.withheld()
        result.commitments += commitments
        guard !withheld.isEmpty else { return }
        if withheld.contains(where: { $0.why == .altered }) {
            if result.altered.count < 100 { result.altered.append(record.index) }
        } else {
            note(withheld.count, of: record.index)
        }
    }

    private mutating func note(_ values: Int, of index: LedgerIndex) {
        if let last = withheld.last, last.entries.upperBound + 1 == index, last.values == values {
            withheld[withheld.count - 1].entries = last.entries.lowerBound...index
        } else {
            withheld.append((index...index, values))
        }
    }

    private mutating func finish() throws(LedgerError) -> LedgerVerification {
        let claimed = result.checkpoint.checkpoint
        guard tree.size == claimed.size else { throw .shorter(path, than: claimed.size, has: tree.size) }
        result.checkpoint = try SignedCheckpoint(Array(result.checkpoint.encoded.utf8), keys: chain.keys)
        guard tree.root == claimed.root else {
            throw .changed(path, size: tree.size)
        }
        for kept in kept {
            let checkpoint: SignedCheckpoint
            do throws(LedgerError) {
                checkpoint = try SignedCheckpoint(kept.note, keys: chain.keys)
            } catch {
                throw LedgerError(.signatureWrong, "`\(kept.place)`: \(error.message)", remedy: error.remedy)
            }
            guard roots[checkpoint.size] == checkpoint.root else {
                throw .diverged(path, from: kept.place, size: checkpoint.size)
            }
            result.continues.append((kept.place, checkpoint.size))
        }
        account()
        return result
    }

    /// Tells what was erased from what is missing: an erasure is an entry after those that it is about.
    private mutating func account() {
        var merged: [ClosedRange<LedgerIndex>] = []
        for range in erasures.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = merged.last, range.lowerBound <= last.upperBound {
                merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                merged.append(range)
            }
        }
        var next = 0
        for (entries, values) in withheld {
            for index in entries {
                while next < merged.count, merged[next].upperBound < index { next += 1 }
                if next < merged.count, merged[next].contains(index) {
                    result.erased += values
                } else if result.missing.count < 100 {
                    result.missing.append(index)
                }
            }
        }
    }
}
