import Glibc
import LinuxIO
import StrictJSON

/// Reads a ledger entry by entry, in constant memory and without the lock, while others may append.
///
///     var reader = try LedgerReader(directory: home.ledger)
///     while let record = try reader.next() { print(record.index, try record.json()) }
///
/// `next` returns nil at the end, and may be asked again later. It sees an entry as soon as a checkpoint covers it; what
/// is being written, or was left by a writer that died, is not there. It does not verify: `VerifiedReader` and
/// `LogVerifier` do.
package struct LedgerReader: Sendable {
    private let file: SharedDescriptor
    private var scanner: LogScanner
    private let data: DataReader
    /// Tells how many entries there are; nil for a log that nothing signs.
    private let checkpoints: CheckpointFile?
    /// How many entries it said.
    private var covered: UInt64 = 0

    package let path: String
    /// The log's random name.
    package let origin: LogOrigin
    let isSigned: Bool
    private let directory: String

    /// Opens the log in `directory` and stands before the entry at `position`, which must have come from a record of
    /// the same log.
    package init(directory: String, from position: LogPosition = .start) throws(LedgerError) {
        let path = directory + "/" + OpenedLog.fileName
        self.path = path
        self.directory = directory
        let (file, checkpoints) = try LedgerError.translating(.openFailed, "cannot open", path) {
            let folder = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY).shared()
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK
            let file = try Descriptor.open(OpenedLog.fileName, in: folder, flags).shared()
            guard try file.status().kind == .file else {
                throw LedgerError(.notALedger, "`\(path)` is not a regular file")
            }
            return (file, try CheckpointFile(in: folder, directory: directory, create: false, writable: false))
        }
        self.file = file
        scanner = LogScanner(file, from: position)
        data = DataReader(ledger: directory)
        let bytes = try LedgerError.translating(.readFailed, "cannot read", path) {
            try file.read(count: LogHeader.size, at: 0)
        }
        let header: LogHeader
        do {
            header = try LogHeader(bytes)
        } catch {
            throw OpenedLog.refusal(error, path)
        }
        origin = header.origin
        self.checkpoints = header.isSigned ? checkpoints : nil
        isSigned = header.isSigned
    }

    /// Where the next entry is or will be.
    package var position: LogPosition { scanner.position }

    /// The next entry; nil where the log ends for now.
    package mutating func next() throws(LedgerError) -> LedgerRecord? {
        try LedgerError.translating(.readFailed, "cannot read", path) {
            let here = scanner.position
            if isSigned, try !isCovered(here) {
                scanner.forget()
                return nil
            }
            switch try scanner.next({ Array($1) }) {
            case .entry(let payload): return record(here, payload)
            case .end, .short, .damaged:
                if !isSigned { return try unlessTorn(here) }
                throw LedgerError.corrupt(
                    path, offset: here.offset, index: here.index, "it is not whole, and a checkpoint covers it")
            }
        }
    }

    /// The newest checkpoint, verified.
    ///
    /// - Throws: `LedgerError` if there is none, as for a log that an agentbox wrote which signed nothing, or if none of
    ///   `keys` signed it.
    package func checkpoint(keys: [VerifierKey]) throws(LedgerError) -> SignedCheckpoint {
        try checkpoint(try newestNote(), keys: keys)
    }

    /// That checkpoint, verified.
    func checkpoint(_ note: [UInt8], keys: [VerifierKey]) throws(LedgerError) -> SignedCheckpoint {
        let checkpoint = try SignedCheckpoint(note, keys: keys)
        guard checkpoint.key.keyName?.log == origin.description else {
            throw LedgerError(
                .corrupt, "the checkpoint beside `\(path)` is of another log, `\(checkpoint.key.name)`",
                remedy: "restore the whole folder of the ledger from one backup")
        }
        return checkpoint
    }

    /// How many entries the log had when somebody last marked it; nil if nobody did.
    func markedSize() -> UInt64? {
        guard let folder = try? Descriptor.open(directory, O_RDONLY | O_DIRECTORY).shared() else { return nil }
        return LogMark.size(folder: folder, origin: origin)
    }

    /// The newest checkpoint, not verified.
    func newestNote() throws(LedgerError) -> [UInt8] {
        guard isSigned else { throw unsigned }
        let found = try LedgerError.translating(.readFailed, "cannot read", path) { try checkpoints?.read() }
        guard let found else { throw checkpointMissing }
        return found.note
    }

    /// The copies of the checkpoint that are whole, not verified, the one that names the most entries first.
    func notes() throws(LedgerError) -> [[UInt8]] {
        try LedgerError.translating(.readFailed, "cannot read", path) { try checkpoints?.copies().map(\.note) ?? [] }
    }

    var checkpointMissing: LedgerError { OpenedLog.checkpointMissing(directory) }

    var unsigned: LedgerError {
        LedgerError(
            .signatureMissing, "`\(path)` is a log of an agentbox that signed nothing",
            remedy: "the next run signs it; entries from before say nothing of who wrote them")
    }

    /// True if a checkpoint covers the entry there.
    private mutating func isCovered(_ position: LogPosition) throws -> Bool {
        if position.index < covered { return true }
        // Without a checkpoint that can be read, what is there is shown: `audit verify` and opening refuse it.
        covered = try checkpoints?.read()?.size ?? .max
        return position.index < covered
    }

    private func record(_ position: LogPosition, _ payload: [UInt8]) -> LedgerRecord {
        LedgerRecord(position: position, payload: payload, path: path, data: data)
    }

    /// Nil if what stands at `here` is being written or was left torn. Without the lock a look can also fall between
    /// the end of one failed write and the next good one: a second look tells that from damage.
    private mutating func unlessTorn(_ here: LogPosition) throws -> LedgerRecord? {
        guard try TornTail.refusal(file, at: here.offset, size: try file.status().size) != nil else { return nil }
        if case .entry(let payload) = try scanner.next({ Array($1) }) {
            return record(here, payload)
        }
        guard let why = try TornTail.refusal(file, at: here.offset, size: try file.status().size) else { return nil }
        throw LedgerError.corrupt(path, offset: here.offset, index: here.index, why)
    }

    /// The decisions of the open calls, in order.
    func unfinished(_ calls: OpenCalls) throws(LedgerError) -> [Recovery.UnfinishedCall] {
        var found: [Recovery.UnfinishedCall] = []
        for (call, position) in calls.decisions.sorted(by: { $0.value.index < $1.value.index }) {
            var reader = self
            reader.scanner = LogScanner(file, from: position, pieceSize: 4096)
            guard let record = try reader.next() else { continue }
            found.append(
                .init(index: position.index, run: call.run, call: call.call, payload: try record.json()))
        }
        return found
    }
}

/// One entry as it stands in the log.
package struct LedgerRecord: Sendable {
    package let position: LogPosition
    /// Canonical JSON: what a Merkle leaf is made of.
    package let payload: [UInt8]
    let path: String
    /// Where its data is; nil for an entry of somebody else's log.
    let data: DataReader?

    package var index: LedgerIndex { position.index }

    /// The entry as it is in the log, with commitments.
    package func leaf() throws(LedgerError) -> JSON {
        do {
            return try JSON(parsing: payload)
        } catch {
            throw .corrupt(path, offset: position.offset, index: index, "its payload is not JSON: \(error.message)")
        }
    }
}
