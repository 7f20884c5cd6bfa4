import Glibc
import LinuxIO

/// The folder with the keys of logs: for each key of a log `LOG-EPOCH.key`, the secret, for its owner alone, and
/// `LOG-EPOCH.pub`, what its signatures are verified with. Keys that were replaced stay, to verify what they signed.
package struct KeyFolder: Sendable {
    package let path: String
    private let folder: SharedDescriptor

    private static let sizeLimit = 64 << 10

    /// `keys` beside the ledger's folder: what copies the ledger does not copy the keys.
    package static func path(beside ledger: String) -> String {
        var folder = ledger[...]
        while folder.count > 1, folder.hasSuffix("/") { folder = folder.dropLast() }
        guard let slash = folder.lastIndex(of: "/") else { return "keys" }
        return folder[..<slash] + "/keys"
    }

    /// Opens the folder, and makes it if it is missing.
    init(_ path: String) throws(LedgerError) {
        self.path = path
        folder = try LedgerError.translating(.openFailed, "cannot open", path) {
            let isNew = mkdir(path, 0o700) == 0
            if !isNew, errno != EEXIST { throw SystemError.last("mkdir", path) }
            let folder = try Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared()
            if isNew { try Descriptor.open(path + "/..", O_RDONLY | O_DIRECTORY).synchronize() }
            try OpenedLog.requirePrivate(folder, path, .directory)
            return folder
        }
    }

    /// True if it holds no key of any log. One that cannot be listed is taken for one that does.
    var isEmpty: Bool {
        guard let names = try? Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared().names() else { return false }
        return !names.contains { $0.hasSuffix(".key") || $0.hasSuffix(".pub") }
    }

    /// The secret of a log's key.
    ///
    /// - Throws: `LedgerError` with the code `key-missing` if it is not there.
    func signingKey(of log: LogOrigin, epoch: Int) throws(LedgerError) -> SigningKey {
        guard let key = try existing(log, epoch) else {
            throw LedgerError(
                .keyMissing, "key \(epoch) of the ledger is not in `\(path)`: nothing can be signed",
                remedy: "restore `\(path)/\(Self.name(log, epoch)).key` from a backup; without it move the ledger's "
                    + "folder aside to start a new one: the old one can still be read and verified")
        }
        return key
    }

    /// Makes the key of that name, or takes it if a process that died had made it.
    func makeKey(_ name: KeyName, of log: LogOrigin) throws(LedgerError) -> SigningKey {
        if let existing = try existing(log, name.epoch) { return existing }
        let key = SigningKey(generating: name)
        try write(key.stored + "\n", to: Self.name(log, name.epoch) + ".key", mode: 0o600)
        return key
    }

    /// Says that a key has signed: from now on no older one is taken for the newest checkpoint's.
    func publish(_ key: VerifierKey, of log: LogOrigin) throws(LedgerError) {
        guard let epoch = key.keyName?.epoch, try publishedEpoch(of: log) < epoch else { return }
        try write(key.description + "\n", to: Self.name(log, epoch) + ".pub", mode: 0o644)
    }

    /// The epoch of the newest key that has signed; 0 if none has.
    func publishedEpoch(of log: LogOrigin) throws(LedgerError) -> Int {
        var epoch = 0
        while try read(Self.name(log, epoch + 1) + ".pub") != nil { epoch += 1 }
        return epoch
    }

    /// A key that was replaced, because somebody else may have it, signs nothing new.
    func requireCurrent(_ checkpoint: SignedCheckpoint, of log: LogOrigin) throws(LedgerError) {
        try requireCurrent(checkpoint, newest: try publishedEpoch(of: log))
    }

    /// - Parameter newest: The epoch of the newest key that had signed before the checkpoint was read.
    func requireCurrent(_ checkpoint: SignedCheckpoint, newest: Int) throws(LedgerError) {
        guard let epoch = checkpoint.key.keyName?.epoch, epoch < newest else { return }
        throw LedgerError(
            .signatureWrong,
            "the newest checkpoint of the ledger is signed by its key \(epoch), which key \(newest) has replaced",
            remedy: "somebody put an older or another history there: restore the ledger's folder from a backup")
    }

    /// What verifies the log's checkpoints: all of its keys, the first one first.
    func verifierKeys(of log: LogOrigin) throws(LedgerError) -> [VerifierKey] {
        var keys: [VerifierKey] = []
        while true {
            let file = Self.name(log, keys.count + 1)
            if let text = try read(file + ".pub") {
                keys.append(try VerifierKey(text))
            } else if let key = try existing(log, keys.count + 1) {
                keys.append(key.verifier)
            } else {
                return keys
            }
        }
    }

    private func existing(_ log: LogOrigin, _ epoch: Int) throws(LedgerError) -> SigningKey? {
        let file = Self.name(log, epoch) + ".key"
        guard let text = try read(file, isSecret: true) else { return nil }
        guard let key = SigningKey(stored: text), let name = key.verifier.keyName, name.epoch == epoch,
            name.log == log.description
        else {
            throw LedgerError(
                .keyMalformed, "`\(path)/\(file)` is not the signing key that its name says",
                remedy: "restore it from a backup")
        }
        return key
    }

    private static func name(_ log: LogOrigin, _ epoch: Int) -> String { "\(log)-\(epoch)" }

    /// The line in a file; nil if there is no such file.
    private func read(_ name: String, isSecret: Bool = false) throws(LedgerError) -> String? {
        let whole = path + "/" + name
        return try LedgerError.translating(.readFailed, "cannot read", whole) {
            do {
                let file = try Descriptor.open(name, in: folder, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).shared()
                try OpenedLog.requirePrivate(file, whole, .file)
                guard try !isSecret || file.status().permissions & 0o077 == 0 else {
                    throw LedgerError(
                        .unsafeFile, "`\(whole)` is a secret that other users can read",
                        remedy: "chmod 600 '\(whole)', and `agentbox audit key --rotate` if somebody may have read it")
                }
                let bytes = try file.readAll(limit: Self.sizeLimit)
                return String(decoding: bytes.last == UInt8(ascii: "\n") ? bytes.dropLast() : bytes, as: UTF8.self)
            } catch let error as SystemError where error.errno == ENOENT {
                return nil
            }
        }
    }

    /// The lines of a file beside the keys; none if there is no such file.
    func lines(in name: String) throws(LedgerError) -> [String] {
        (try read(name) ?? "").split(separator: "\n").map(String.init)
    }

    func write(lines: [String], to name: String) throws(LedgerError) {
        try write(lines.map { $0 + "\n" }.joined(), to: name, mode: 0o600)
    }

    private func write(_ text: String, to name: String, mode: mode_t) throws(LedgerError) {
        try LedgerError.translating(.writeFailed, "cannot write", path + "/" + name) {
            try WholeFile.write(Array(text.utf8), to: name, in: folder, mode: mode)
        }
    }
}
