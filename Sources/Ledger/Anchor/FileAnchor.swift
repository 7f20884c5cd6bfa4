import Glibc
import LinuxIO

/// A file outside that holds the newest checkpoint which was published there, such as on a medium that only somebody else
/// can write to. The ledger remembers it, and refuses to open if it is shorter than what the file says.
package enum FileAnchor {
    /// Publishes a checkpoint of the ledger in `directory`.
    ///
    /// - Throws: `LedgerError`, and the file is left alone, if it holds anything but an older checkpoint of this ledger.
    package static func publish(
        _ checkpoint: SignedCheckpoint, to path: String, of directory: String, keys folder: String? = nil
    ) throws(LedgerError) {
        let keys = try KeyFolder(folder ?? KeyFolder.path(beside: directory))
        let log = try LedgerReader(directory: directory).origin
        if let bytes = Anchors.read(path), !bytes.isEmpty {
            try requireOlder(bytes, than: checkpoint, at: path, trusted: try keys.verifierKeys(of: log))
        }
        let slash = path.lastIndex(of: "/")
        let parent = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.index(after: $0)...]) } ?? path
        try LedgerError.translating(.anchorFailed, "cannot write", path) {
            let place = try Descriptor.open(parent, O_RDONLY | O_DIRECTORY).shared()
            try WholeFile.write(Array(checkpoint.encoded.utf8), to: name, in: place, mode: 0o644)
        }
        try Anchors(keys).add(path, of: log)
    }

    /// What the file holds; nil if it is not there.
    package static func read(_ path: String) -> [UInt8]? { Anchors.read(path) }

    /// - Throws: `LedgerError` unless `bytes` are a checkpoint of the same log that is not ahead of this one.
    package static func requireOlder(
        _ bytes: [UInt8], than checkpoint: SignedCheckpoint, at place: String, trusted: [VerifierKey]
    ) throws(LedgerError) {
        let before: SignedCheckpoint
        do throws(LedgerError) {
            before = try SignedCheckpoint(bytes, keys: trusted)
        } catch {
            throw LedgerError(
                .anchorFailed, "`\(place)` holds something else than a checkpoint of this ledger: \(error.message)",
                remedy: "name another place")
        }
        guard before.size <= checkpoint.size else {
            throw .shorter("the ledger", than: before.size, has: checkpoint.size, by: place)
        }
        guard before.size < checkpoint.size || before.root == checkpoint.root else {
            throw .diverged("the ledger", from: place, size: before.size)
        }
    }
}
