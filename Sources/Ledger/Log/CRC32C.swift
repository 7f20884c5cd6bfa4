/// The Castagnoli checksum (RFC 3720, section 12.1), eight bytes a step.
///
/// It finds torn and damaged frames. It proves nothing against somebody who changes the log on purpose: whoever
/// writes a frame computes its checksum.
package struct CRC32C: Sendable {
    private var state: UInt32 = ~0

    package init() {}

    /// The checksum of `bytes`.
    package static func checksum(_ bytes: some Collection<UInt8>) -> UInt32 {
        var crc = CRC32C()
        let contiguous: Void? = bytes.withContiguousStorageIfAvailable { crc.update(UnsafeRawBufferPointer($0)) }
        if contiguous == nil { Array(bytes).withUnsafeBytes { crc.update($0) } }
        return crc.value
    }

    /// The checksum of what was given so far.
    package var value: UInt32 { ~state }

    /// Takes in more bytes.
    package mutating func update(_ bytes: UnsafeRawBufferPointer) {
        var crc = state
        var position = 0
        Self.tables.withUnsafeBufferPointer { table in
            while bytes.count - position >= 8 {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
                let mixed = word ^ UInt64(crc)
                var folded: UInt32 = 0
                for lane in 0..<8 {
                    folded ^= table[(7 - lane) << 8 | Int(mixed >> (UInt64(lane) << 3) & 0xFF)]
                }
                crc = folded
                position += 8
            }
            while position < bytes.count {
                crc = crc >> 8 ^ table[Int((crc ^ UInt32(bytes[position])) & 0xFF)]
                position += 1
            }
        }
        state = crc
    }

    /// Eight tables of 256, one after another: entry `n` of table `k` is the checksum of byte `n` and `k` zeros.
    private static let tables: [UInt32] = {
        let reflectedPolynomial: UInt32 = 0x82F6_3B78
        var tables = [UInt32](repeating: 0, count: 8 * 256)
        for byte in 0..<256 {
            var crc = UInt32(byte)
            for _ in 0..<8 { crc = crc & 1 == 0 ? crc >> 1 : crc >> 1 ^ reflectedPolynomial }
            tables[byte] = crc
        }
        for index in 256..<tables.count {
            let previous = tables[index - 256]
            tables[index] = previous >> 8 ^ tables[Int(previous & 0xFF)]
        }
        return tables
    }()
}
