import Hosts

/// RFC 3986, 2.1.
enum PercentEncoding {
    /// The text that an encoded one stands for.
    static func decoded(_ text: String) throws(ReferenceRefusal) -> String {
        guard text.utf8.contains(UInt8(ascii: "%")) else { return text }
        var bytes: [UInt8] = []
        var rest = text.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = rest.prefix(2)
            guard digits.count == 2, digits.allSatisfy(HostName.isHexadecimal),
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 16)
            else { throw ReferenceRefusal("holds a `%` without two hexadecimal digits") }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        guard let decoded = String(validating: bytes, as: UTF8.self) else {
            throw ReferenceRefusal("is not UTF-8 once it is decoded")
        }
        return decoded
    }
}
