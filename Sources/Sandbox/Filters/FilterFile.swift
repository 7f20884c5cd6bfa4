/// A filter in the cache: magic, checksum of the rest, lengths of key and program, cookie, key, program. Native
/// byte order: the key names the architecture.
enum FilterFile {
    private static let magic: UInt64 = 0x3176_7265_746c_6966  // "filterv1"
    private static let headerSize = 40

    static func encode(_ program: FilterProgram, key: FilterKey) -> [UInt8] {
        let body =
            words([UInt64(key.text.utf8.count), UInt64(program.bytes.count), cookieWord(program.cookie)])
            + Array(key.text.utf8) + program.bytes
        return words([magic, Checksum.of(body)]) + body
    }

    /// Nil if anything at all is not as `encode` wrote it for this key.
    static func decode(_ bytes: [UInt8], key: FilterKey) -> FilterProgram? {
        guard bytes.count >= headerSize, word(bytes, 0) == magic, word(bytes, 1) == Checksum.of(bytes[16...]) else {
            return nil
        }
        let keyLength = Array(key.text.utf8).count
        guard word(bytes, 2) == UInt64(keyLength), word(bytes, 3) == UInt64(bytes.count - headerSize - keyLength),
            word(bytes, 4) == cookieWord(.placeholder), bytes[headerSize...].starts(with: key.text.utf8)
        else { return nil }
        let program = FilterProgram(bytes: bytes[(headerSize + keyLength)...], cookie: .placeholder)
        return program?.instructions.isEmpty == false ? program : nil
    }

    private static func cookieWord(_ cookie: Cookie) -> UInt64 { UInt64(cookie.high) << 32 | UInt64(cookie.low) }

    private static func words(_ values: [UInt64]) -> [UInt8] { values.withUnsafeBytes { Array($0) } }

    private static func word(_ bytes: [UInt8], _ index: Int) -> UInt64 {
        bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self) }
    }
}
