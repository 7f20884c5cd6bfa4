/// One entry as it lies in the log: `{u32 length, u32 crc32c of the payload, payload}`, both numbers little-endian.
///
/// The payload is canonical JSON, so it holds no NUL byte; the upper half of `length` is always zero. A frame's
/// header can therefore never occur inside a payload: a search for the next whole frame finds frames and nothing else.
enum Frame {
    static let headerSize = 8
    /// RFC 6962 tooling reads entries as C2SP tiles do, with lengths of 16 bits.
    static let maximumPayload = 65_535
    static let maximumSize = headerSize + maximumPayload

    /// The frame that holds `payload`.
    static func encode(_ payload: [UInt8]) -> [UInt8] {
        var frame = [UInt8]()
        frame.reserveCapacity(headerSize + payload.count)
        append(UInt32(payload.count), to: &frame)
        append(CRC32C.checksum(payload), to: &frame)
        frame.append(contentsOf: payload)
        return frame
    }

    /// What lies at one offset of the log.
    enum Found: Equatable {
        /// A whole frame; the payload follows its header and has this many bytes.
        case payload(count: Int)
        /// The bytes end before the frame does.
        case short
        /// A length that no frame has, or a checksum that does not fit.
        case damaged
    }

    /// Reads the frame at `offset` of `bytes`.
    static func read(_ bytes: UnsafeRawBufferPointer, at offset: Int) -> Found {
        guard bytes.count - offset >= headerSize else { return .short }
        let count = Int(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt32.self)))
        guard count > 0, count <= maximumPayload else { return .damaged }
        guard bytes.count - offset - headerSize >= count else { return .short }
        let stored = UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
        let payload = UnsafeRawBufferPointer(rebasing: bytes[(offset + headerSize)...].prefix(count))
        var crc = CRC32C()
        crc.update(payload)
        return crc.value == stored ? .payload(count: count) : .damaged
    }

    /// Where the first whole frame at or after `offset` begins. Payloads are JSON objects, so nearly every other
    /// offset is dismissed by its first byte.
    static func first(in bytes: UnsafeRawBufferPointer, from offset: Int) -> Int? {
        var candidate = offset
        while candidate + headerSize < bytes.count {
            if bytes[candidate + headerSize] == UInt8(ascii: "{"), case .payload = read(bytes, at: candidate) {
                return candidate
            }
            candidate += 1
        }
        return nil
    }

    static func append(_ number: UInt32, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
