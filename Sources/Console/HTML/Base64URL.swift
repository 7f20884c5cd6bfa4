/// Base64 for addresses, without padding (RFC 4648, section 5): what browsers' credentials are written in.
enum Base64URL {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".unicodeScalars)

    static func text(_ bytes: [UInt8]) -> String {
        var text = ""
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            bits = bits << 8 | UInt32(byte)
            count += 8
            while count >= 6 {
                count -= 6
                text.unicodeScalars.append(digits[Int(bits >> UInt32(count)) & 63])
            }
        }
        if count > 0 { text.unicodeScalars.append(digits[Int(bits << UInt32(6 - count)) & 63]) }
        return text
    }

    /// Nil if the text is not what `text` writes.
    static func bytes(_ text: String) -> [UInt8]? {
        var bytes: [UInt8] = []
        var bits: UInt32 = 0
        var count = 0
        for scalar in text.unicodeScalars {
            guard let value = digits.firstIndex(of: scalar) else { return nil }
            bits = bits << 6 | UInt32(value)
            count += 6
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return self.text(bytes) == text ? bytes : nil
    }
}
