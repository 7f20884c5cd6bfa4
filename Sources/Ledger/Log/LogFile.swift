import Glibc
import LinuxIO

/// The log as one process sees it: how far it has read, and which calls are open there. Only one thread uses it.
///
/// INVARIANT: bytes are written and cut off only under the lock, and everything before `end` has been read and found
/// whole by this process, or by the one that wrote the mark.
struct LogFile: Sendable {
    let path: String
    let origin: LogOrigin
    private let folder: SharedDescriptor
    private let file: SharedDescriptor
    private let operations: LogOperations

    private(set) var end: LogPosition
    private(set) var openCalls: OpenCalls
    /// Where the last entry before `end` begins; nil in an empty log.
    private var last: Int64?
    /// Bytes that were cut off and of which no entry tells yet.
    private var truncatedBytes = 0
    /// Bytes that were written and not synced.
    private var unsyncedBytes = 0
    private var markedIndex: LedgerIndex
    /// Why nothing can be appended any more.
    private var poison: LedgerError?

    /// An entry that waits to be written.
    struct Pending: Sendable {
        let frame: [UInt8]
        let durable: Bool
        /// Written only if this call is open then.
        let onlyIfOpen: CallKey?
    }

    /// Opens the log in `directory`, cuts off a torn tail and says what it found.
    static func open(
        _ directory: String, operations: LogOperations
    ) throws(LedgerError) -> (file: LogFile, recovery: Recovery) {
        let opened = try OpenedLog(directory, operations: operations)
        var log = LogFile(opened, operations: operations)
        try log.locked { (log) throws(LedgerError) in
            try log.catchUp()
            log.markIfWorthwhile(every: 256)
        }
        let unfinished = try LedgerReader(sharing: opened.file, path: opened.path).unfinished(log.openCalls)
        return (log, Recovery(truncatedBytes: log.truncatedBytes, unfinished: unfinished))
    }

    private init(_ opened: OpenedLog, operations: LogOperations) {
        path = opened.path
        origin = opened.origin
        folder = opened.folder
        file = opened.file
        self.operations = operations
        let mark = LogMark.read(folder: folder, log: file, origin: origin)
        end = mark?.end ?? .start
        last = mark?.last
        openCalls = mark?.openCalls ?? OpenCalls()
        markedIndex = mark?.end.index ?? 0
    }

    /// Writes the entries in one piece and syncs them, all or none. Nil stands for an entry whose condition did not
    /// hold.
    mutating func commit(_ entries: [Pending]) throws(LedgerError) -> [LedgerIndex?] {
        if let poison { throw poison }
        return try locked { (log) throws(LedgerError) in
            try log.catchUp()
            var draft = Draft(after: log.end, last: log.last)
            if log.truncatedBytes > 0, let report = RecoveredEntry(truncatedBytes: log.truncatedBytes).frame {
                draft.add(report)
            }
            var indices: [LedgerIndex?] = []
            for entry in entries {
                let isWanted = entry.onlyIfOpen.map { draft.isOpen($0, before: log.openCalls) } ?? true
                indices.append(isWanted ? draft.add(entry.frame) : nil)
            }
            if draft.bytes.isEmpty { return indices }
            try log.write(draft.bytes)
            log.unsyncedBytes += draft.bytes.count
            let isDurable = entries.contains(where: \.durable) || log.unsyncedBytes > TornTail.limit / 4
            if isDurable { try log.synchronize() }
            log.advance(to: draft.end, last: draft.last, changes: draft.changes)
            log.truncatedBytes = 0
            log.markIfWorthwhile(every: 4096)
            return indices
        }
    }

    /// Syncs what was written without, and leaves a mark so that the next opening need not read it all.
    mutating func finish() throws(LedgerError) {
        if poison != nil { return }
        try locked { (log) throws(LedgerError) in
            try log.catchUp()
            if log.unsyncedBytes > 0 { try log.synchronize() }
            log.markIfWorthwhile(every: 256)
        }
    }

    // MARK: - Under the lock

    private mutating func locked<Value>(
        _ body: (inout LogFile) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        do {
            try file.lockExclusively()
        } catch {
            throw .system(.writeFailed, "cannot lock", path, error)
        }
        // Unlocking fails for no descriptor that could be locked, and closing the file would unlock it too.
        defer { try? file.unlock() }
        return try body(&self)
    }

    /// Reads what other processes have appended, and cuts off what one of them left unfinished when it died.
    private mutating func catchUp() throws(LedgerError) {
        try LedgerError.translating(.readFailed, "cannot read", path) {
            let status = try file.status()
            if status.links == 0 { throw poisoned(.shrunk, "`\(path)` was removed while it was in use") }
            if status.size < end.offset {
                throw poisoned(.shrunk, "`\(path)` has \(status.size) bytes and had \(end.offset)")
            }
            if status.size > end.offset { try readNewEntries(size: status.size) }
        }
    }

    private mutating func readNewEntries(size: Int64) throws {
        var scanner = LogScanner(file, from: end)
        var newest = last
        reading: while true {
            let here = scanner.position.offset
            switch try scanner.next({ CallChange($1, at: $0) }) {
            case .entry(let change):
                newest = here
                // After a failure the same entries are read again, with the same result.
                if let change { openCalls.apply(change) }
            case .end:
                break reading
            case .short, .damaged:
                try cutOffTail(at: scanner.position, size: size)
                break reading
            }
        }
        advance(to: scanner.position, last: newest, changes: [])
    }

    private mutating func advance(to end: LogPosition, last: Int64?, changes: [CallChange]) {
        self.end = end
        self.last = last
        for change in changes { openCalls.apply(change) }
    }

    private mutating func cutOffTail(at position: LogPosition, size: Int64) throws {
        if let why = try TornTail.refusal(file, at: position.offset, size: size) {
            let error = LedgerError.corrupt(path, offset: position.offset, index: position.index, why)
            poison = error
            throw error
        }
        try operations.truncate(file, position.offset)
        truncatedBytes += Int(size - position.offset)
    }

    private mutating func write(_ bytes: [UInt8]) throws(LedgerError) {
        do throws(SystemError) {
            try operations.writeAll(bytes, to: file)
        } catch {
            try takeBack()
            throw .system(.writeFailed, "cannot append to", path, error)
        }
    }

    /// Cuts off a batch that was written in part, so that the next one follows the last good entry.
    private mutating func takeBack() throws(LedgerError) {
        do {
            try operations.truncate(file, end.offset)
        } catch {
            throw poisoned(.poisoned, "cannot cut a failed write off `\(path)`: \(error.message)")
        }
    }

    /// Call it after `catchUp`: what a failure cuts off must be this process's own.
    ///
    /// A failed sync is never tried again: the kernel marks the pages clean and the next sync would report a success
    /// that is none. What was written is cut off, so that no process takes it for acknowledged.
    private mutating func synchronize() throws(LedgerError) {
        do {
            try operations.synchronize(file)
            unsyncedBytes = 0
        } catch {
            let failure = poisoned(.poisoned, "cannot sync `\(path)`: \(error.message)")
            // If this fails as well, the entries stay, unacknowledged, as after a loss of power.
            try? operations.truncate(file, end.offset)
            throw failure
        }
    }

    private mutating func poisoned(_ code: LedgerError.Code, _ message: String) -> LedgerError {
        let error = LedgerError(
            code, message + "; the ledger takes no more entries",
            remedy: "check the disk and the folder, then start again: what was acknowledged is read back")
        poison = error
        return error
    }

    private mutating func markIfWorthwhile(every count: LedgerIndex) {
        guard let last, end.index >= markedIndex + count else { return }
        LogMark(end: end, last: last, openCalls: openCalls).write(folder: folder, origin: origin)
        markedIndex = end.index
    }
}
