import Hosts

/// Host names of RFC 1123 and of IDNA 2008 (RFC 5890), as `format` means them: without a trailing dot and underscores.
enum HostNameFormat {
    /// In bytes; longer in any encoding than a name can be.
    private static let maximumBytes = 253 * 4

    /// A name in ASCII. `xn--` labels have to stand for a label that IDNA 2008 allows.
    static func admits(_ text: String) -> Bool {
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { return false }
        return admits(labels: text.split(separator: ".", omittingEmptySubsequences: false).map(String.init))
    }

    /// A name with characters of any script.
    static func admitsInternational(_ text: String) -> Bool {
        guard text.utf8.count <= maximumBytes else { return false }
        // RFC 3490, 3.1: what is typed for a full stop.
        let stops: Set<Unicode.Scalar> = [".", "\u{3002}", "\u{FF0E}", "\u{FF61}"]
        let labels = text.unicodeScalars.split(omittingEmptySubsequences: false) { stops.contains($0) }
        return admits(labels: labels.map { String(String.UnicodeScalarView($0)) })
    }

    private static func admits(labels: [String]) -> Bool {
        var decoded: [[Unicode.Scalar]] = []
        var length = labels.count - 1
        for label in labels {
            guard let (scalars, count) = read(label) else { return false }
            decoded.append(scalars)
            length += count
        }
        guard length <= HostName.maximumLength else { return false }
        return !decoded.contains(where: BidiRule.isRightToLeft) || decoded.allSatisfy(BidiRule.holds)
    }

    /// The characters that a label stands for, and its length in ASCII; nil if it is not allowed.
    private static func read(_ label: String) -> (scalars: [Unicode.Scalar], length: Int)? {
        let scalars = Array(label.unicodeScalars)
        guard let first = scalars.first, let last = scalars.last, first != "-", last != "-" else { return nil }
        guard scalars.allSatisfy(\.isASCII) else {
            guard scalars.count <= HostName.maximumLabelLength, InternationalLabel.admits(scalars) else { return nil }
            let length = 4 + Punycode.encode(scalars).count
            return length <= HostName.maximumLabelLength ? (scalars, length) : nil
        }
        guard scalars.count <= HostName.maximumLabelLength, label.utf8.allSatisfy(isLabelByte) else { return nil }
        guard label.lowercased().hasPrefix("xn--") else { return (scalars, scalars.count) }
        let encoded = Array(label.lowercased().utf8.dropFirst(4))
        guard let decoded = Punycode.decode(encoded), decoded.contains(where: { !$0.isASCII }),
            InternationalLabel.admits(decoded), Punycode.encode(decoded) == encoded
        else { return nil }
        return (decoded, scalars.count)
    }

    private static func isLabelByte(_ byte: UInt8) -> Bool {
        ASCIIReader.isAlphanumeric(byte) || byte == UInt8(ascii: "-")
    }
}
