import Glibc
import LinuxIO

/// The places in which checkpoints of a log were published that are looked at whenever the log is opened: files, each on
/// a line of `LOG.anchors` in the folder of keys. What is read from them is verified, so a file that somebody else
/// changed can keep no log from opening but by holding a checkpoint of it.
struct Anchors {
    private let keys: KeyFolder

    init(_ keys: KeyFolder) {
        self.keys = keys
    }

    private static let sizeLimit = 64 << 10

    private func name(_ log: LogOrigin) -> String { "\(log).anchors" }

    /// The files.
    func files(of log: LogOrigin) throws(LedgerError) -> [String] {
        try keys.lines(in: name(log))
    }

    /// Remembers a file.
    func add(_ file: String, of log: LogOrigin) throws(LedgerError) {
        var known = try files(of: log)
        guard !known.contains(file) else { return }
        known.append(file)
        try keys.write(lines: known, to: name(log))
    }

    /// - Throws: `LedgerError` with the code `shrunk` if a checkpoint of the log was published that covers more entries
    ///   than the log has, and `diverged` if one covers as many and others.
    func requireNotAhead(of log: LogFile) throws(LedgerError) {
        let files = try files(of: log.origin)
        guard !files.isEmpty, let head = log.head else { return }
        let trusted = try keys.verifierKeys(of: log.origin)
        for file in files {
            // One that is not there at the moment, on a medium that is not mounted, proves nothing.
            guard let bytes = Self.read(file), let anchored = try? SignedCheckpoint(bytes, keys: trusted) else {
                continue
            }
            guard anchored.size <= head.size else {
                throw .shorter(log.path, than: anchored.size, has: head.size, by: file)
            }
            guard anchored.size < head.size || anchored.root == head.root else {
                throw .diverged(log.path, from: file, size: anchored.size)
            }
        }
    }

    /// The content of a small file; nil if it cannot be read.
    static func read(_ file: String) -> [UInt8]? {
        guard let opened = try? Descriptor.open(file, O_RDONLY | O_NONBLOCK | O_NOCTTY).shared(),
            (try? opened.status().kind) == .file
        else { return nil }
        return try? opened.readAll(limit: sizeLimit)
    }
}
