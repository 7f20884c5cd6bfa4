import Crypto
import Glibc
import LinuxIO

/// Digests of open files, read in pieces.
enum FileHash {
    static let pieceSize = 256 << 10

    /// The digest of the content, and what the file was while it was read.
    ///
    /// - Throws: `changed-program` if it changed under the reading.
    static func of(_ file: SharedDescriptor, _ path: String) throws -> (digest: Digest, stamp: FileStamp) {
        let before = FileStamp(try file.status())
        var hash = SHA256()
        try forEachPiece(file) { hash.update(bufferPointer: $0) }
        let stamp = FileStamp(try file.status())
        guard stamp == before else {
            throw StoreError(.changedProgram, "`\(path)` changed while it was read", remedy: "try again")
        }
        return (Digest(hash.finalize()), stamp)
    }

    /// Copies the content and returns its digest: of what was copied, whatever the source does meanwhile.
    static func copy(
        _ source: SharedDescriptor, to target: borrowing Descriptor, limit: Int64, _ path: String
    ) throws -> Digest {
        var hash = SHA256()
        var count: Int64 = 0
        try forEachPiece(source) { piece in
            count += Int64(piece.count)
            guard count <= limit else {
                throw StoreError(.tooLarge, "`\(path)` is larger than the \(limit) bytes that the store takes")
            }
            hash.update(bufferPointer: piece)
            try target.writeAll(piece)
        }
        return Digest(hash.finalize())
    }

    private static func forEachPiece(
        _ file: SharedDescriptor, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceSize, alignment: 64)
        defer { buffer.deallocate() }
        var offset: Int64 = 0
        while true {
            let count = try retrying("pread") { pread(file.raw, buffer.baseAddress, buffer.count, off_t(offset)) }
            if count == 0 { return }
            try body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
            offset += Int64(count)
        }
    }
}
