import Glibc
import LinuxIO

/// A folder with a log in the form of tlog-tiles: `checkpoint`, and the files that `TilePath` names.
struct TileFolder: Sendable {
    static let checkpointName = "checkpoint"
    /// Of a bundle of the largest entries.
    private static let sizeLimit = 256 * (2 + Frame.maximumPayload)

    let path: String
    private let folder: SharedDescriptor
    /// Each tile is on the disk before the checkpoint is written that covers it.
    private let isDurable: Bool

    /// - Parameters:
    ///   - create: Makes the folder, and those above it, where they are missing.
    ///   - durable: False for a copy that can be made again.
    init(_ path: String, create: Bool, durable: Bool = true) throws(LedgerError) {
        self.path = path
        isDurable = durable
        folder = try LedgerError.translating(.openFailed, "cannot open", path) {
            if create {
                var made = path.hasPrefix("/") ? "" : "."
                for part in path.split(separator: "/") {
                    made += "/" + part
                    if mkdir(made, 0o755) != 0, errno != EEXIST { throw SystemError.last("mkdir", made) }
                }
            }
            return try Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared()
        }
    }

    /// The checkpoint's note; nil if there is none.
    func checkpoint() throws(LedgerError) -> [UInt8]? { try read(Self.checkpointName, limit: SignedNote.sizeLimit) }

    /// Without a checkpoint there may be the tiles of an export that was cut off, and nothing else: what somebody keeps
    /// in a folder is not to lie among ours.
    func requireUnused() throws(LedgerError) {
        let names = try LedgerError.translating(.openFailed, "cannot list", path) { try folder.names() }
        guard let other = names.first(where: { $0 != "tile" && !$0.hasPrefix(Self.checkpointName + ".new-") }) else {
            return
        }
        throw LedgerError(
            .diverged, "`\(path)` is no export of this ledger: it holds `\(other)`", remedy: "name an empty folder")
    }

    /// The hashes of a tile, from the full one if the partial one is gone.
    func hashes(_ tile: TilePath) throws(LedgerError) -> [TreeHash] {
        var bytes = try read(tile.path, limit: Self.sizeLimit)
        if bytes == nil, tile.width < TilePath.width { bytes = try read(tile.full, limit: Self.sizeLimit) }
        guard let bytes else { throw missing(tile) }
        guard bytes.count >= tile.width * TreeHash.size, bytes.count % TreeHash.size == 0 else { throw damaged(tile) }
        return (0..<tile.width).compactMap { TreeHash(bytes[$0 * TreeHash.size..<($0 + 1) * TreeHash.size]) }
    }

    /// A tile's bytes, of exactly that width.
    func bytes(_ tile: TilePath) throws(LedgerError) -> [UInt8] {
        guard let bytes = try read(tile.path, limit: Self.sizeLimit) else { throw missing(tile) }
        return bytes
    }

    func missing(_ tile: TilePath) -> LedgerError {
        LedgerError(
            .corrupt, "`\(path)/\(tile.path)` is missing", remedy: "export the log again, into an empty folder")
    }

    func damaged(_ tile: TilePath) -> LedgerError {
        LedgerError(
            .corrupt, "`\(path)/\(tile.path)` is not what the log's checkpoint covers",
            remedy: "it was changed after it was written: keep it as evidence, and export the log again into an empty "
                + "folder")
    }

    /// Writes a tile. A full one takes the place of those of its number that were not.
    func write(_ bytes: [UInt8], to tile: TilePath) throws(LedgerError) {
        try LedgerError.translating(.writeFailed, "cannot write", path + "/" + tile.path) {
            let parts = tile.path.split(separator: "/")
            var parent = ""
            for part in parts.dropLast() {
                parent += (parent.isEmpty ? "" : "/") + part
                if mkdirat(folder.raw, parent, 0o755) != 0, errno != EEXIST { throw SystemError.last("mkdir", parent) }
            }
            let place = try Descriptor.open(parent, in: folder, O_RDONLY | O_DIRECTORY).shared()
            try WholeFile.write(bytes, to: String(parts[parts.count - 1]), in: place, mode: 0o644, durable: isDurable)
            if tile.width == TilePath.width { removePartials(tile) }
        }
    }

    private func removePartials(_ tile: TilePath) {
        for width in 1..<TilePath.width { unlinkat(folder.raw, "\(tile.partials)/\(width)", 0) }
        unlinkat(folder.raw, tile.partials, AT_REMOVEDIR)
    }

    /// Names what was written by its checkpoint.
    func publish(_ checkpoint: SignedCheckpoint) throws(LedgerError) {
        try LedgerError.translating(.writeFailed, "cannot write", path + "/" + Self.checkpointName) {
            try WholeFile.write(
                Array(checkpoint.encoded.utf8), to: Self.checkpointName, in: folder, mode: 0o644)
        }
    }

    private func read(_ name: String, limit: Int) throws(LedgerError) -> [UInt8]? {
        try LedgerError.translating(.readFailed, "cannot read", path + "/" + name) {
            do {
                return try Descriptor.open(name, in: folder, O_RDONLY | O_NONBLOCK).readAll(limit: limit)
            } catch let error as SystemError where error.errno == ENOENT || error.errno == ENOTDIR {
                return nil
            }
        }
    }
}
