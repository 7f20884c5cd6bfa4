/// Addresses of sockets, as people write them.
enum SocketAddressText {
    /// `127.0.0.1:80`, `[::1]:80`, `unix:/run/x`, `unix:@name`; the bytes themselves where they are no such address.
    static func text(ofHexadecimal text: String) -> String {
        let bytes = bytes(text)
        guard bytes.count >= 2 else { return text }
        switch UInt16(bytes[0]) | UInt16(bytes[1]) << 8 {
        case 1: return "unix:" + name(bytes.dropFirst(2))
        case 2 where bytes.count >= 8:
            return bytes[4..<8].map { String($0) }.joined(separator: ".") + ":\(port(bytes))"
        case 10 where bytes.count >= 24: return "[\(groups(bytes[8..<24]))]:\(port(bytes))"
        default: return text
        }
    }

    /// Of an address of the internet.
    static func port(ofHexadecimal text: String) -> UInt16? {
        let bytes = bytes(text)
        guard bytes.count >= 8, [2, 10].contains(UInt16(bytes[0]) | UInt16(bytes[1]) << 8) else { return nil }
        return UInt16(truncatingIfNeeded: port(bytes))
    }

    private static func port(_ bytes: [UInt8]) -> Int { Int(bytes[2]) << 8 | Int(bytes[3]) }

    /// A path, or with `@` a name without a file.
    private static func name(_ bytes: ArraySlice<UInt8>) -> String {
        guard let first = bytes.first else { return "" }
        let name = first == 0 ? bytes.dropFirst() : bytes.prefix { $0 != 0 }
        return (first == 0 ? "@" : "") + String(decoding: name, as: UTF8.self)
    }

    /// RFC 5952 but for its rule on which run of zeros is shortened: none is.
    private static func groups(_ bytes: ArraySlice<UInt8>) -> String {
        let all = Array(bytes)
        if all.dropLast().allSatisfy({ $0 == 0 }) { return all[15] == 0 ? "::" : "::" + String(all[15], radix: 16) }
        return stride(from: 0, to: 16, by: 2).map { String(UInt16(all[$0]) << 8 | UInt16(all[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    private static func bytes(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - digits.count % 2, by: 2).map {
            UInt8(digits[$0] << 4 | digits[$0 + 1])
        }
    }
}
