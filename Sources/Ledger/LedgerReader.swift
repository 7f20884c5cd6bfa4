import Glibc
import LinuxIO
import StrictJSON

/// Reads a ledger entry by entry, in constant memory and without the lock, while others may append.
///
///     var reader = try LedgerReader(directory: home.ledger)
///     while let record = try reader.next() { print(record.index, try record.json()) }
///
/// `next` returns nil at the end, and may be asked again later. It sees an entry as soon as it is in the file, so
/// possibly before it is acknowledged; an entry that is being written, or that its writer left torn, is not there yet.
package struct LedgerReader: Sendable {
    private let file: SharedDescriptor
    private var scanner: LogScanner

    package let path: String
    /// The log's random name.
    package let origin: LogOrigin

    /// Opens the log in `directory` and stands before the entry at `position`, which must have come from a record of
    /// the same log.
    package init(directory: String, from position: LogPosition = .start) throws(LedgerError) {
        let path = directory + "/" + OpenedLog.fileName
        let file = try LedgerError.translating(.openFailed, "cannot open", path) {
            let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).shared()
            guard try file.status().kind == .file else {
                throw LedgerError(.notALedger, "`\(path)` is not a regular file")
            }
            return file
        }
        try self.init(sharing: file, path: path, from: position)
    }

    init(sharing file: SharedDescriptor, path: String, from position: LogPosition = .start) throws(LedgerError) {
        self.file = file
        self.path = path
        scanner = LogScanner(file, from: position)
        let header = try LedgerError.translating(.readFailed, "cannot read", path) {
            try file.read(count: LogHeader.size, at: 0)
        }
        do {
            origin = try LogHeader(header).origin
        } catch {
            throw OpenedLog.refusal(error, path)
        }
    }

    /// Where the next entry is or will be.
    package var position: LogPosition { scanner.position }

    /// The next entry; nil where the log ends for now.
    package mutating func next() throws(LedgerError) -> LedgerRecord? {
        try LedgerError.translating(.readFailed, "cannot read", path) {
            let here = scanner.position
            switch try scanner.next({ Array($1) }) {
            case .entry(let payload): return LedgerRecord(position: here, payload: payload, path: path)
            case .end: return nil
            case .short, .damaged: return try unlessTorn(here)
            }
        }
    }

    /// Nil if what stands at `here` is being written or was left torn. Without the lock a look can also fall between
    /// the end of one failed write and the next good one: a second look tells that from damage.
    private mutating func unlessTorn(_ here: LogPosition) throws -> LedgerRecord? {
        guard try TornTail.refusal(file, at: here.offset, size: try file.status().size) != nil else { return nil }
        if case .entry(let payload) = try scanner.next({ Array($1) }) {
            return LedgerRecord(position: here, payload: payload, path: path)
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

    package var index: LedgerIndex { position.index }

    /// The entry as a value.
    package func json() throws(LedgerError) -> JSON {
        do {
            return try JSON(parsing: payload)
        } catch {
            throw .corrupt(path, offset: position.offset, index: index, "its payload is not JSON: \(error.message)")
        }
    }
}
