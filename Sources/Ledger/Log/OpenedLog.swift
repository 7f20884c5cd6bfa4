import Glibc
import LinuxIO

/// The ledger's folder and files, open, checked and with a header.
struct OpenedLog {
    static let fileName = "log"

    let directory: String
    let path: String
    let folder: SharedDescriptor
    let file: SharedDescriptor
    let checkpoints: CheckpointFile
    let keys: KeyFolder
    let header: LogHeader

    var origin: LogOrigin { header.origin }

    init(_ directory: String, keys: String, operations: LogOperations) throws(LedgerError) {
        let path = directory + "/" + Self.fileName
        self = try LedgerError.translating(.openFailed, "cannot open", path) {
            try Self(directory, path: path, keys: try KeyFolder(keys), operations: operations)
        }
    }

    private init(_ directory: String, path: String, keys: KeyFolder, operations: LogOperations) throws {
        self.directory = directory
        self.path = path
        self.keys = keys
        let isNew = mkdir(directory, 0o700) == 0
        if !isNew, errno != EEXIST { throw SystemError.last("mkdir", directory) }
        folder = try Descriptor.open(directory, O_RDONLY | O_DIRECTORY).shared()
        if isNew { try Descriptor.open(directory + "/..", O_RDONLY | O_DIRECTORY).synchronize() }
        try Self.requirePrivate(folder, directory, .directory)
        let flags = O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NOCTTY
        let log = try Descriptor.open(Self.fileName, in: folder, flags, mode: 0o600).shared()
        file = log
        try Self.requirePrivate(log, path, .file)
        try log.lockExclusively()
        defer { try? log.unlock() }
        let existing = try CheckpointFile(in: folder, directory: directory, create: false)
        header =
            try Self.existingHeader(of: log, path: path, newest: try existing?.read())
            ?? Self.makeLog(log, in: folder, directory: directory, keys: keys, operations: operations)
        guard let checkpoints = try CheckpointFile(in: folder, directory: directory, create: !header.isSigned) else {
            throw Self.checkpointMissing(directory)
        }
        self.checkpoints = checkpoints
    }

    static func checkpointMissing(_ directory: String) -> LedgerError {
        LedgerError(
            .corrupt,
            "`\(directory)/\(CheckpointFile.name)` is missing or damaged: nothing tells how long the log has to be",
            remedy: "restore it from a backup, or move the folder aside to start a new ledger; `audit log` still reads "
                + "the entries, and `audit verify --since` compares them with a checkpoint that was kept elsewhere")
    }

    /// Whoever can write to the folder or the file could change the record.
    static func requirePrivate(_ opened: SharedDescriptor, _ path: String, _ kind: FileKind) throws {
        let status = try opened.status()
        guard status.kind == kind else {
            throw LedgerError(.unsafeFile, "`\(path)` is not a \(kind == .file ? "regular file" : "folder")")
        }
        guard status.owner == geteuid() else {
            throw LedgerError(
                .unsafeFile, "`\(path)` belongs to user \(status.owner), and agentbox runs as user \(geteuid())",
                remedy: "use a folder of your own: set AGENTBOX_HOME")
        }
        guard status.permissions & 0o022 == 0 else {
            throw LedgerError(
                .unsafeFile, "`\(path)` can be written by other users", remedy: "chmod go-w '\(path)'")
        }
    }

    /// The header; nil where the file is new or its maker died before it was whole.
    private static func existingHeader(
        of file: SharedDescriptor, path: String, newest: (size: UInt64, note: [UInt8])?
    ) throws -> LogHeader? {
        let bytes = try file.read(count: LogHeader.size, at: 0)
        if bytes.count < LogHeader.size {
            let isTorn = LogHeader.magic.starts(with: bytes.prefix(8)) || bytes.allSatisfy { $0 == 0 }
            guard isTorn else { throw refusal(.notALog, path) }
            // A log that was emptied or removed is not a new one.
            if let newest, newest.size > 0 { throw LedgerError.shorter(path, than: newest.size, has: 0) }
            return nil
        }
        do {
            return try LogHeader(bytes)
        } catch {
            throw refusal(error, path)
        }
    }

    /// A new log: its key first, then a checkpoint of nothing, and the header last, which makes it a log.
    private static func makeLog(
        _ file: SharedDescriptor, in folder: SharedDescriptor, directory: String, keys: KeyFolder,
        operations: LogOperations
    ) throws -> LogHeader {
        let header = LogHeader(origin: .random())
        let name = KeyName(host: KeyName.host(from: hostName()), log: header.origin.description, epoch: 1)
        let key = try keys.makeKey(name, of: header.origin)
        let nothing = Checkpoint(origin: key.verifier.name, size: 0, root: .ofEmptyTree)
        let checkpoints = try CheckpointFile(in: folder, directory: directory, create: true)
        try checkpoints?.write(try SignedCheckpoint(nothing, signedBy: key), operations)
        try keys.publish(key.verifier, of: header.origin)
        try operations.truncate(file, 0)
        try operations.writeAll(header.encoded, to: file)
        try operations.synchronize(file)
        try folder.synchronize()
        return header
    }

    static func hostName() -> String {
        var buffer = [CChar](repeating: 0, count: 256)
        guard gethostname(&buffer, buffer.count - 1) == 0 else { return "" }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    static func refusal(_ refusal: LogHeader.Refusal, _ path: String) -> LedgerError {
        switch refusal {
        case .notALog:
            LedgerError(
                .notALedger, "`\(path)` is not a ledger: it does not begin with `agbxlog`",
                remedy: "move the file away, or set AGENTBOX_HOME to another folder")
        case .version(let version):
            LedgerError(
                .version,
                "`\(path)` has version \(version), and this build reads versions up to \(LogHeader.version)",
                remedy: "use the agentbox that wrote it, or a newer one")
        case .damaged:
            LedgerError(
                .corrupt, "the first \(LogHeader.size) bytes of `\(path)` are damaged",
                remedy: "restore the file from a backup, or move its folder aside to start a new ledger")
        }
    }
}
