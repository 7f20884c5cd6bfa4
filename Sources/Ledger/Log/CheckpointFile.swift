import Glibc
import LinuxIO

/// The file `log.checkpoint`: the newest checkpoint of the log, twice, each in a frame in a block of its own.
///
/// It is written after the entries that it covers are on the disk, and an append returns after it is there. The first
/// copy is synced, then the second is written: whatever a crash or a flipped byte makes of one, the other is the same
/// or the one before. Each fits into a sector, which a disk writes as a whole.
struct CheckpointFile: Sendable {
    static let name = "log.checkpoint"
    private static let blockSize: Int64 = 4096

    let path: String
    private let file: SharedDescriptor

    /// Opens the file; nil if there is none and `create` is false.
    init?(in folder: SharedDescriptor, directory: String, create: Bool, writable: Bool = true) throws(SystemError) {
        path = directory + "/" + Self.name
        do throws(SystemError) {
            let access = writable ? O_RDWR : O_RDONLY
            let flags = access | (create ? O_CREAT : 0) | O_NOFOLLOW | O_NOCTTY | O_NONBLOCK
            file = try Descriptor.open(Self.name, in: folder, flags, mode: 0o600).shared()
        } catch {
            if error.errno == ENOENT, !create { return nil }
            throw error
        }
    }

    func status() throws(SystemError) -> FileStatus { try file.status() }

    /// The newest checkpoint that is whole, not verified, with the size that it names; nil if there is none.
    func read() throws(SystemError) -> (size: UInt64, note: [UInt8])? { try copies().first }

    /// The copies that are whole, not verified, the one that names the most entries first.
    func copies() throws(SystemError) -> [(size: UInt64, note: [UInt8])] {
        let bytes = try file.read(count: Int(2 * Self.blockSize), at: 0)
        return [0, Int(Self.blockSize)].compactMap { Self.copy(in: bytes, at: $0) }.sorted { $0.size > $1.size }
    }

    private static func copy(in bytes: [UInt8], at offset: Int) -> (size: UInt64, note: [UInt8])? {
        guard offset < bytes.count else { return nil }
        let block = bytes[offset..<min(bytes.count, offset + Int(blockSize))]
        let count = block.withUnsafeBytes { buffer -> Int? in
            if case .payload(let count) = Frame.read(buffer, at: 0) { count } else { nil }
        }
        guard let count else { return nil }
        let note = Array(block.dropFirst(Frame.headerSize).prefix(count))
        guard let read = try? SignedNote(note), let checkpoint = try? Checkpoint(text: read.text) else { return nil }
        return (checkpoint.size, note)
    }

    /// Makes the checkpoint the newest, and returns when it is on the disk.
    func write(_ checkpoint: SignedCheckpoint, _ operations: LogOperations) throws(SystemError) {
        let frame = Frame.encode(Array(checkpoint.encoded.utf8))
        guard frame.count <= Self.blockSize else { throw SystemError(call: "pwrite", errno: EFBIG, subject: path) }
        try operations.writeAt(file, frame, 0)
        try operations.synchronize(file)
        try operations.writeAt(file, frame, Self.blockSize)
    }
}
