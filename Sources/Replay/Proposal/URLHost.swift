/// The host of a plain URL.
package enum URLHost {
    /// `example.com` of `https://example.com/a`; nil where anything about the host is out of the ordinary, which is then
    /// not generalised.
    package static func of(_ text: String) -> String? {
        guard let scheme = ["https://", "http://"].first(where: { text.utf8.starts(with: $0.utf8) }) else { return nil }
        let host = text.utf8.dropFirst(scheme.utf8.count).prefix { !"/?#".utf8.contains($0) }
        let isPlain = { (byte: UInt8) in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        let labels = host.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count > 1, labels.allSatisfy({ !$0.isEmpty && $0.count <= 63 && $0.allSatisfy(isPlain) }),
            labels.last?.contains(where: { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) }) == true
        else { return nil }
        return String(Substring(host))
    }
}
