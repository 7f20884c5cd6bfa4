/// What a message will take in memory, found before it is parsed.
///
/// A hijacked agent could otherwise make the host hold twenty times what it sends: small values are cheap to write.
struct Weight {
    /// At least as many as the message has, if it is JSON.
    let values: Int
    /// About the bytes that the parsed message takes.
    let bytes: Int

    /// What an array with one small element takes beside its text.
    private static let bytesPerValue = 64

    init(of text: [UInt8]) {
        var values = 1
        var isString = false
        var isEscaped = false
        for byte in text {
            if isString {
                if isEscaped {
                    isEscaped = false
                } else if byte == UInt8(ascii: "\\") {
                    isEscaped = true
                } else if byte == UInt8(ascii: "\"") {
                    isString = false
                }
                continue
            }
            switch byte {
            case UInt8(ascii: "\""): isString = true
            case UInt8(ascii: ","), UInt8(ascii: "["), UInt8(ascii: "{"): values += 1
            default: break
            }
        }
        self.values = values
        bytes = text.count + values * Self.bytesPerValue
    }
}
