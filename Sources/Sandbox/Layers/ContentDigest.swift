import Crypto
import LinuxIO

/// SHA-256 of a content, written `sha256:` and 64 hex digits.
struct ContentDigest: Hashable, Sendable, CustomStringConvertible {
    let hex: String

    /// Reads the form that `description` writes; nil for anything else.
    init?(_ text: String) {
        guard text.hasPrefix("sha256:") else { return nil }
        let digits = text.utf8.dropFirst(7)
        let isHex = digits.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
        guard digits.count == 64, isHex else { return nil }
        hex = String(text.dropFirst(7))
    }

    /// Of bytes in memory: the text of a link.
    init(of bytes: [UInt8]) { hex = Self.hex(SHA256.hash(data: bytes)) }

    /// Of an open file, from its start, whatever its position is.
    init(of file: borrowing Descriptor) throws(SystemError) {
        var hash = SHA256()
        var offset: Int64 = 0
        while true {
            let piece = try file.read(count: Self.step, at: offset)
            hash.update(data: piece)
            offset += Int64(piece.count)
            if piece.count < Self.step { break }
        }
        hex = Self.hex(hash.finalize())
    }

    var description: String { "sha256:" + hex }

    private static let step = 128 << 10
    private static let digits = Array("0123456789abcdef".utf8)

    private static func hex(_ digest: SHA256.Digest) -> String {
        String(decoding: digest.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
