/// Bytes as text.
package enum Text {
    /// At most `limit` bytes, cut between two scalars; what is not UTF-8 becomes U+FFFD.
    package static func lossy(_ bytes: ArraySlice<UInt8>, limit: Int = .max) -> (text: String, isCut: Bool) {
        guard bytes.count > limit else { return (String(decoding: bytes, as: UTF8.self), false) }
        return (String(decoding: bytes[..<boundary(in: bytes, at: bytes.startIndex + limit)], as: UTF8.self), true)
    }

    /// The greatest index up to `end` that does not split a UTF-8 sequence.
    package static func boundary(in bytes: ArraySlice<UInt8>, at end: Int) -> Int {
        guard end < bytes.endIndex else { return bytes.endIndex }
        var index = end
        while index > bytes.startIndex, end - index < 3, bytes[index] & 0xC0 == 0x80 { index -= 1 }
        return bytes[index] & 0xC0 == 0x80 ? end : index
    }

    /// Nil if the bytes are not UTF-8, or hold a NUL, which no text does.
    package static func exact(_ bytes: ArraySlice<UInt8>) -> String? {
        bytes.contains(0) ? nil : String(validating: bytes, as: UTF8.self)
    }
}
