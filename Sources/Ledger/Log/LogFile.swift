import Glibc
import LinuxIO

/// The log as one process sees it: how far it has read, and which calls are open there. Only one thread uses it.
///
/// INVARIANT: bytes are written and cut off only under the lock. Everything before `state.end` is covered by `head`,
/// whose signature and hash this process has checked, and nothing that a checkpoint covers is ever cut off.
struct LogFile: Sendable {
    let directory: String
    let path: String
    let keys: KeyFolder
    private(set) var header: LogHeader
    private let folder: SharedDescriptor
    private let file: SharedDescriptor
    private let checkpoints: CheckpointFile
    private let operations: LogOperations
    private var data: DataAppender

    private(set) var state = LogState()
    /// The newest checkpoint. Its size is the number of entries before `state.end`, but for a log that is being upgraded.
    private(set) var head: SignedCheckpoint?
    private var signer: SigningKey?
    private var trusted: [VerifierKey] = []
    /// Bytes that were cut off and of which no entry tells yet.
    private(set) var truncatedBytes = 0
    private var markedIndex: LedgerIndex = 0
    /// Why nothing can be appended any more.
    private var poison: LedgerError?

    var origin: LogOrigin { header.origin }

    /// An entry that waits to be written.
    struct Pending: Sendable {
        let entry: SealedEntry
        /// Written only if this call is open then.
        let onlyIfOpen: CallKey?
    }

    /// Opens the log in `directory`, cuts off a torn tail and says what it found.
    static func open(
        _ directory: String, keys: String, operations: LogOperations
    ) throws(LedgerError) -> (file: LogFile, recovery: Recovery) {
        let opened = try OpenedLog(directory, keys: keys, operations: operations)
        var log = LogFile(opened, operations: operations)
        try log.locked { (log) throws(LedgerError) in
            if !log.header.isSigned { try log.upgrade() }
            try log.begin()
            try log.catchUp()
            try Anchors(log.keys).requireNotAhead(of: log)
            log.mark()
        }
        let unfinished = try LedgerReader(directory: directory).unfinished(log.state.openCalls)
        return (log, Recovery(truncatedBytes: log.truncatedBytes, unfinished: unfinished))
    }

    private init(_ opened: OpenedLog, operations: LogOperations) {
        directory = opened.directory
        path = opened.path
        keys = opened.keys
        header = opened.header
        folder = opened.folder
        file = opened.file
        checkpoints = opened.checkpoints
        data = DataAppender(ledger: opened.folder, path: opened.directory)
        self.operations = operations
    }

    /// Writes the entries in one piece, syncs them, and signs and syncs a checkpoint that covers them: all or none. Nil
    /// stands for an entry whose condition did not hold.
    mutating func commit(_ entries: [Pending]) throws(LedgerError) -> [LedgerIndex?] {
        if let poison { throw poison }
        return try locked { (log) throws(LedgerError) in
            try log.catchUp()
            var draft = Draft(after: log.state)
            try log.addReports(to: &draft)
            var indices: [LedgerIndex?] = []
            for pending in entries {
                let isWanted = pending.onlyIfOpen.map { draft.isOpen($0, before: log.state.openCalls) } ?? true
                indices.append(isWanted ? draft.add(pending.entry) : nil)
            }
            try log.commit(draft)
            return indices
        }
    }

    /// Gives the log another key. The checkpoint that covers the entry which names it is the last one by the key before;
    /// the entry that follows keeps that checkpoint, and is the first one under the new key.
    mutating func rotateKey(reason: String?) throws(LedgerError) -> VerifierKey {
        if let poison { throw poison }
        return try locked { (log) throws(LedgerError) in
            try log.catchUp()
            var draft = Draft(after: log.state)
            try log.addReports(to: &draft)
            try log.commit(draft)
            guard let name = log.head?.key.keyName?.next else {
                throw LedgerError(.corrupt, "the checkpoint of `\(log.path)` names no key of a ledger")
            }
            let key = try log.keys.makeKey(name, of: log.origin).verifier
            draft = Draft(after: log.state)
            draft.add(
                try KeyRotatedEntry(epoch: name.epoch, verifierKey: key.description, reason: reason).sealed())
            try log.commit(draft)
            draft = Draft(after: log.state)
            try log.addReports(to: &draft)
            try log.commit(draft)
            return key
        }
    }

    /// Leaves a mark so that the next opening need not read it all.
    mutating func finish() throws(LedgerError) {
        if poison != nil { return }
        try locked { (log) throws(LedgerError) in
            try log.catchUp()
            log.mark()
        }
    }

    /// Runs `body` under the lock, when everything is read.
    mutating func whileLocked<Value>(
        _ body: (borrowing LogFile) throws(LedgerError) -> Value
    ) throws(LedgerError) -> Value {
        try locked { (log) throws(LedgerError) in
            try log.catchUp()
            return try body(log)
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

    /// Reads the log from its mark up to its newest checkpoint, and holds it against that.
    private mutating func begin() throws(LedgerError) {
        let checkpoint = try newestCheckpoint()
        head = checkpoint
        try keys.publish(checkpoint.key, of: origin)
        if let size = LogMark.size(folder: folder, origin: origin), size > checkpoint.size {
            throw LedgerError(
                .shrunk, "`\(checkpoints.path)` says \(checkpoint.size) entries, and the log had \(size) before",
                remedy: "an older file was put in its place: restore the whole folder of the ledger from one backup")
        }
        if let mark = LogMark.read(folder: folder, log: file, origin: origin),
            mark.state.end.offset > LogMark.wholeReading
        {
            state = mark.state
            do throws(LedgerError) {
                try readEntries(upTo: checkpoint)
                markedIndex = mark.state.end.index
                return
            } catch {
                // The mark is no more than a hint: if it lies, the whole log tells.
                state = LogState()
            }
        }
        try readEntries(upTo: checkpoint)
    }

    private func newestCheckpoint() throws(LedgerError) -> SignedCheckpoint {
        let found = try LedgerError.translating(.readFailed, "cannot read", checkpoints.path) { try checkpoints.read() }
        guard let found else { throw OpenedLog.checkpointMissing(directory) }
        let checkpoint = try SignedCheckpoint(found.note, keys: try keys.verifierKeys(of: origin))
        guard checkpoint.key.keyName?.log == origin.description else {
            throw LedgerError(
                .corrupt, "`\(checkpoints.path)` is a checkpoint of another log, `\(checkpoint.key.name)`",
                remedy: "restore the whole folder of the ledger from one backup")
        }
        try keys.requireCurrent(checkpoint, of: origin)
        return checkpoint
    }

    /// Reads what other processes have appended, and cuts off what one of them left unfinished when it died.
    private mutating func catchUp() throws(LedgerError) {
        let size = try LedgerError.translating(.readFailed, "cannot read", path) {
            let status = try file.status()
            if status.links == 0 { throw poisoned(.shrunk, "`\(path)` was removed while it was in use") }
            if status.size < state.end.offset {
                throw poisoned(.shrunk, "`\(path)` has \(status.size) bytes and had \(state.end.offset)")
            }
            if try checkpoints.status().links == 0 {
                throw poisoned(.shrunk, "`\(checkpoints.path)` was removed while it was in use")
            }
            return status.size
        }
        guard size > state.end.offset else { return }
        let newest = try newestCheckpoint()
        guard newest.size >= state.end.index else {
            throw poisoned(.shrunk, "`\(checkpoints.path)` says \(newest.size) entries and said \(state.end.index)")
        }
        if newest.size > state.end.index {
            try poisoning { (log) throws(LedgerError) in try log.readEntries(upTo: newest) }
            head = newest
        }
        if size > state.end.offset { try cutOffTail(size: size) }
    }

    /// Reads the entries that a checkpoint covers. All of them have to be there, and to have the hash that it signs.
    private mutating func readEntries(upTo checkpoint: SignedCheckpoint) throws(LedgerError) {
        var read = state
        try LedgerError.translating(.readFailed, "cannot read", path) {
            var scanner = LogScanner(file, from: read.end)
            while read.end.index < checkpoint.size {
                switch try scanner.next({ ScannedEntry($1, at: $0) }) {
                case .entry(let entry):
                    read.apply(entry)
                case .end:
                    throw LedgerError.shorter(path, than: checkpoint.size, has: read.end.index)
                case .short, .damaged:
                    throw try damage(at: read.end, before: checkpoint)
                }
            }
        }
        guard read.end.index == checkpoint.size, read.tree.root == checkpoint.root else {
            throw LedgerError(
                .corrupt, "the \(read.end.index) entries of `\(path)` are not those that its checkpoint signs",
                remedy:
                    "`agentbox audit verify` says more; restore the folder from a backup, or move it aside to start "
                    + "a new ledger")
        }
        state = read
    }

    /// What it is if no whole entry stands where a checkpoint says that there is one.
    private func damage(at position: LogPosition, before checkpoint: SignedCheckpoint) throws -> LedgerError {
        let size = try file.status().size
        let tail = try file.read(count: Int(min(size - position.offset, Int64(TornTail.limit))), at: position.offset)
        if tail.count < Frame.maximumSize, tail.withUnsafeBytes({ Frame.first(in: $0, from: 1) }) == nil,
            tail.withUnsafeBytes({ Frame.read($0, at: 0) }) == .short
        {
            return .shorter(path, than: checkpoint.size, has: position.index)
        }
        return .corrupt(
            path, offset: position.offset, index: position.index, "it is not whole, and its checkpoint covers it")
    }

    /// Cuts off what no checkpoint covers: its writer died before anybody was told of it. Whole entries go as well:
    /// somebody without the key may have put them there, to have them signed with the next ones.
    private mutating func cutOffTail(size: Int64) throws(LedgerError) {
        let count = size - state.end.offset
        guard count <= Int64(TornTail.limit) else {
            let error = LedgerError.corrupt(
                path, offset: state.end.offset, index: state.end.index,
                "\(count) bytes follow that no checkpoint covers, more than an interrupted write can leave")
            poison = error
            throw error
        }
        try LedgerError.translating(.writeFailed, "cannot cut off the end of", path) {
            try operations.truncate(file, state.end.offset)
        }
        truncatedBytes += Int(count)
    }

    /// What the log has to say of itself before the next entries.
    private mutating func addReports(to draft: inout Draft) throws(LedgerError) {
        if truncatedBytes > 0 { draft.add(try RecoveredEntry(truncatedBytes: truncatedBytes).sealed()) }
        guard let head, let epoch = head.key.keyName?.epoch, state.epoch > epoch else { return }
        let key = try keys.signingKey(of: origin, epoch: state.epoch).verifier
        draft.add(
            try EpochStartedEntry(
                epoch: state.epoch, verifierKey: key.description, checkpoint: head.encoded
            ).sealed())
    }

    private mutating func commit(_ draft: Draft) throws(LedgerError) {
        if draft.bytes.isEmpty { return }
        // The key of an epoch that this very batch announces signs only what follows.
        let key = try signingKey()
        let checkpoint = try SignedCheckpoint(
            Checkpoint(origin: key.verifier.name, size: draft.end.index, root: draft.tree.root), signedBy: key)
        if !draft.data.isEmpty { try writeData(draft.data) }
        try write(draft.bytes)
        try synchronize()
        do {
            try checkpoints.write(checkpoint, operations)
        } catch {
            // Whether it reached the disk nobody can know: the entries stay, for it may cover them.
            throw poisoned(.poisoned, "cannot write `\(checkpoints.path)`: \(error.message)")
        }
        let isFirstOfKey = checkpoint.key != head?.key
        state.apply(draft)
        head = checkpoint
        truncatedBytes = 0
        if state.end.index >= markedIndex + 1024 { mark() }
        // The entries are acknowledged; if this fails, the next opening does it.
        if isFirstOfKey { try? keys.publish(checkpoint.key, of: origin) }
    }

    private mutating func signingKey() throws(LedgerError) -> SigningKey {
        if let signer, signer.verifier.keyName?.epoch == state.epoch { return signer }
        let key = try keys.signingKey(of: origin, epoch: state.epoch)
        signer = key
        return key
    }

    private mutating func writeData(_ records: [(index: LedgerIndex, payload: [UInt8])]) throws(LedgerError) {
        do throws(SystemError) {
            try data.append(records, operations)
        } catch {
            throw .system(.writeFailed, "cannot write the data of entries beside", path, error)
        }
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
            try operations.truncate(file, state.end.offset)
        } catch {
            throw poisoned(.poisoned, "cannot cut a failed write off `\(path)`: \(error.message)")
        }
    }

    /// A failed sync is never tried again: the kernel marks the pages clean and the next sync would report a success
    /// that is none. What was written is cut off, so that no process takes it for acknowledged.
    private mutating func synchronize() throws(LedgerError) {
        do {
            try operations.synchronize(file)
        } catch {
            let failure = poisoned(.poisoned, "cannot sync `\(path)`: \(error.message)")
            // If this fails as well, the entries stay without a checkpoint, and the next opening cuts them off.
            try? operations.truncate(file, state.end.offset)
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

    /// Runs `body`; if it fails the log is not what it was, and nothing more is appended.
    private mutating func poisoning(_ body: (inout LogFile) throws(LedgerError) -> Void) throws(LedgerError) {
        do throws(LedgerError) {
            try body(&self)
        } catch {
            poison = error
            throw error
        }
    }

    private mutating func mark() {
        guard state.last != nil, state.end.index != markedIndex, state.end.index == head?.size else { return }
        LogMark(state).write(folder: folder, origin: origin)
        markedIndex = state.end.index
    }
}

// MARK: - Upgrade

extension LogFile {
    /// Signs a log that an agentbox wrote which signed nothing. The entries are taken as they are found, and an entry
    /// says so. A crash on the way leaves an unsigned log or a signed one, and the next opening goes on.
    private mutating func upgrade() throws(LedgerError) {
        let known = try LedgerError.translating(.readFailed, "cannot read", checkpoints.path) { try checkpoints.read() }
        let name = KeyName(host: KeyName.host(from: OpenedLog.hostName()), log: origin.description, epoch: 1)
        let key = try keys.makeKey(name, of: origin)
        if known == nil {
            let found = try readUnsignedEntries()
            let checkpoint = try SignedCheckpoint(
                Checkpoint(origin: key.verifier.name, size: found.end.index, root: found.tree.root), signedBy: key)
            try LedgerError.translating(.writeFailed, "cannot write", checkpoints.path) {
                try checkpoints.write(checkpoint, operations)
            }
        }
        try keys.publish(key.verifier, of: origin)
        try begin()
        try catchUp()
        var draft = Draft(after: state)
        try addReports(to: &draft)
        if state.end.index > 0 { draft.add(try UpgradedEntry(unsignedEntries: state.end.index).sealed()) }
        try commit(draft)
        header.version = LogHeader.version
        try LedgerError.translating(.writeFailed, "cannot write", path) {
            // O_APPEND writes at the end, whatever the offset.
            let file = try Descriptor.open(OpenedLog.fileName, in: folder, O_WRONLY | O_NOFOLLOW)
            try file.write(header.encoded, at: 0)
            try file.synchronize()
            try folder.synchronize()
        }
    }

    /// All entries of a log without checkpoints; a torn tail is cut off.
    private mutating func readUnsignedEntries() throws(LedgerError) -> LogState {
        try LedgerError.translating(.readFailed, "cannot read", path) {
            var found = LogState()
            var scanner = LogScanner(file, from: .start)
            while true {
                switch try scanner.next({ ScannedEntry($1, at: $0) }) {
                case .entry(let entry):
                    found.apply(entry)
                case .end:
                    return found
                case .short, .damaged:
                    let size = try file.status().size
                    if let why = try TornTail.refusal(file, at: found.end.offset, size: size) {
                        throw LedgerError.corrupt(path, offset: found.end.offset, index: found.end.index, why)
                    }
                    try operations.truncate(file, found.end.offset)
                    truncatedBytes += Int(size - found.end.offset)
                    return found
                }
            }
        }
    }
}
