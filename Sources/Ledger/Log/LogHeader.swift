/// The first 32 bytes of a log: `magic (8), version (u32), crc32c of the other fields (u32), origin (16)`.
///
/// The origin is random. It names this log for as long as it lives, so that a checkpoint or a scan mark of another
/// log is never taken for one of this log.
struct LogHeader: Equatable {
    static let size = 32
    static let magic = Array("agbxlog\n".utf8)
    /// What is written now: every entry is covered by a signed checkpoint.
    static let version: UInt32 = 2
    /// What agentbox wrote before: the same frames, and nothing signed. Opening the log upgrades it.
    static let unsignedVersion: UInt32 = 1

    var origin: LogOrigin
    var version: UInt32

    var encoded: [UInt8] {
        var bytes = Self.magic
        Frame.append(version, to: &bytes)
        Frame.append(CRC32C.checksum(Self.magic + Self.littleEndian(version) + origin.bytes), to: &bytes)
        return bytes + origin.bytes
    }

    /// True if checkpoints cover the entries.
    var isSigned: Bool { version != Self.unsignedVersion }

    /// Why the bytes are not a header.
    enum Refusal: Error, Equatable {
        case notALog
        case version(UInt32)
        case damaged
    }

    init(origin: LogOrigin, version: UInt32 = Self.version) {
        self.origin = origin
        self.version = version
    }

    /// Reads a header. `bytes` holds `size` bytes.
    init(_ bytes: [UInt8]) throws(Refusal) {
        guard bytes.count == Self.size, Array(bytes[..<8]) == Self.magic else { throw .notALog }
        version = Self.number(bytes[8..<12])
        guard version == Self.version || version == Self.unsignedVersion else { throw .version(version) }
        origin = LogOrigin(bytes: Array(bytes[16...]))
        guard encoded == bytes else { throw .damaged }
    }

    private static func number(_ bytes: ArraySlice<UInt8>) -> UInt32 {
        bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    private static func littleEndian(_ number: UInt32) -> [UInt8] {
        var bytes = [UInt8]()
        Frame.append(number, to: &bytes)
        return bytes
    }
}

/// The random name of one log.
package struct LogOrigin: Hashable, Sendable, CustomStringConvertible {
    let bytes: [UInt8]

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// Nil for anything but 32 hexadecimal digits in lower case.
    init?(_ text: String) {
        let letters = Array(text.utf8)
        guard letters.count == 32 else { return nil }
        var bytes: [UInt8] = []
        for place in stride(from: 0, to: 32, by: 2) {
            guard let byte = UInt8(String(decoding: letters[place..<place + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        self.init(bytes: bytes)
        guard description == text else { return nil }
    }

    static func random() -> LogOrigin {
        var generator = SystemRandomNumberGenerator()
        return LogOrigin(bytes: (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) })
    }

    /// 32 hexadecimal digits.
    package var description: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}
