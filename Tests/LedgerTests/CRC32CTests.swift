import Testing

@testable import Ledger

@Suite("CRC32C finds what changed")
struct CRC32CTests {
    @Test(
        "agrees with the vectors of RFC 3720, section B.4, and the usual check value",
        arguments: [
            (Array("123456789".utf8), 0xE306_9283),
            ([], 0),
            ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
            ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
            (Array(0...31), 0x46DD_794E),
            (Array((0...31).reversed()), 0x113F_DB5C),
        ] as [([UInt8], UInt32)])
    func vectors(bytes: [UInt8], expected: UInt32) {
        #expect(CRC32C.checksum(bytes) == expected)
    }

    @Test("gives the same for one piece and for any two")
    func pieces() {
        let bytes = (0..<100).map { UInt8(truncatingIfNeeded: $0 * 31 + 7) }
        for border in 0...bytes.count {
            var crc = CRC32C()
            bytes[..<border].withUnsafeBytes { crc.update($0) }
            bytes[border...].withUnsafeBytes { crc.update($0) }
            #expect(crc.value == CRC32C.checksum(bytes))
        }
    }
}
