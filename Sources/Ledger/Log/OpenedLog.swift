import Glibc
import LinuxIO

/// The ledger's folder and file, open, checked and with a header.
struct OpenedLog {
    static let fileName = "log"

    let path: String
    let folder: SharedDescriptor
    let file: SharedDescriptor
    let origin: LogOrigin

    init(_ directory: String, operations: LogOperations) throws(LedgerError) {
        let path = directory + "/" + Self.fileName
        self = try LedgerError.translating(.openFailed, "cannot open", path) {
            try Self(directory, path: path, operations: operations)
        }
    }

    private init(_ directory: String, path: String, operations: LogOperations) throws {
        self.path = path
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
        origin = try Self.header(of: file, in: folder, path: path, operations: operations)
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

    /// Reads the header, and writes it where the file is new or its maker died before it was whole.
    private static func header(
        of file: SharedDescriptor, in folder: SharedDescriptor, path: String, operations: LogOperations
    ) throws -> LogOrigin {
        let bytes = try file.read(count: LogHeader.size, at: 0)
        if bytes.count < LogHeader.size {
            let isTorn = LogHeader.magic.starts(with: bytes.prefix(8)) || bytes.allSatisfy { $0 == 0 }
            guard isTorn else { throw refusal(.notALog, path) }
            return try writeHeader(file, folder, operations)
        }
        do {
            return try LogHeader(bytes).origin
        } catch {
            throw refusal(error, path)
        }
    }

    private static func writeHeader(
        _ file: SharedDescriptor, _ folder: SharedDescriptor, _ operations: LogOperations
    ) throws(SystemError) -> LogOrigin {
        let header = LogHeader(origin: .random())
        try operations.truncate(file, 0)
        try file.writeAll(header.encoded)
        try operations.synchronize(file)
        try folder.synchronize()
        return header.origin
    }

    static func refusal(_ refusal: LogHeader.Refusal, _ path: String) -> LedgerError {
        switch refusal {
        case .notALog:
            LedgerError(
                .notALedger, "`\(path)` is not a ledger: it does not begin with `agbxlog`",
                remedy: "move the file away, or set AGENTBOX_HOME to another folder")
        case .version(let version):
            LedgerError(
                .version, "`\(path)` has version \(version), and this build reads version \(LogHeader.version)",
                remedy: "use the agentbox that wrote it, or a newer one")
        case .damaged:
            LedgerError(
                .corrupt, "the first \(LogHeader.size) bytes of `\(path)` are damaged",
                remedy: "restore the file from a backup, or move its folder aside to start a new ledger")
        }
    }
}
