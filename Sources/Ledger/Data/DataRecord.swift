/// The head of a record in the erasable store: `{u32 length, u32 flags, u64 index, u32 crc32c of the payload, u32 crc32c
/// of the bytes before}`, all little-endian, then the payload. Records stand one after another; a payload that was
/// erased is zeros, and its record says so.
struct DataRecord: Equatable {
    static let headerSize = 24
    static let maximumPayload = 2 << 20
    private static let erasedFlag: UInt32 = 1

    /// The entry whose data it is.
    let index: LedgerIndex
    /// Bytes of the payload.
    let count: Int
    var isErased: Bool
    let checksum: UInt32

    init(index: LedgerIndex, payload: [UInt8]) {
        self.index = index
        count = payload.count
        isErased = false
        checksum = CRC32C.checksum(payload)
    }

    var encoded: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.headerSize)
        Frame.append(UInt32(count), to: &bytes)
        Frame.append(isErased ? Self.erasedFlag : 0, to: &bytes)
        Frame.append(UInt32(truncatingIfNeeded: index), to: &bytes)
        Frame.append(UInt32(truncatingIfNeeded: index >> 32), to: &bytes)
        Frame.append(checksum, to: &bytes)
        Frame.append(CRC32C.checksum(bytes), to: &bytes)
        return bytes
    }

    /// Reads the head at `offset`; nil if none stands there.
    init?(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
        guard offset >= 0, bytes.count - offset >= Self.headerSize else { return nil }
        func number(_ place: Int) -> UInt32 {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + place, as: UInt32.self))
        }
        var crc = CRC32C()
        crc.update(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + 20]))
        guard crc.value == number(20), number(0) <= Self.maximumPayload, number(4) <= Self.erasedFlag else {
            return nil
        }
        count = Int(number(0))
        isErased = number(4) & Self.erasedFlag != 0
        index = UInt64(number(8)) | UInt64(number(12)) << 32
        checksum = number(16)
    }
}
