/// The name that a query of DNS asks for (RFC 1035, 4.1).
enum DNSQuery {
    static func name(in bytes: [UInt8]) -> String? {
        // A query, of the usual kind, with one question.
        guard bytes.count >= 17, bytes[2] & 0xF8 == 0, bytes[4] == 0, bytes[5] == 1 else { return nil }
        var labels: [String] = []
        var at = 12
        while at < bytes.count, bytes[at] > 0 {
            let length = Int(bytes[at])
            guard length <= 63, at + length < bytes.count, labels.count < 128 else { return nil }
            let label = bytes[(at + 1)...(at + length)]
            guard label.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ".") }) else { return nil }
            labels.append(String(decoding: label, as: UTF8.self).lowercased())
            at += length + 1
        }
        return labels.isEmpty || at >= bytes.count ? nil : labels.joined(separator: ".")
    }
}
