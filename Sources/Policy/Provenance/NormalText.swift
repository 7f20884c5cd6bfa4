import Hosts
// For normal form C. Foundation has it too, and with it ICU; the standard library's own tables are those that `String`
// compares with, and it makes them available under this name only.
@_spi(_Unicode) import Swift

/// Texts that mean the same, written the same.
enum NormalText {
    /// The text in normal form C (UAX #15).
    ///
    /// A text with more than 30 combining marks in a row is left as it is: it is not stream-safe (UAX #15, 13), no
    /// language writes it, and sorting the marks of a megabyte would take hours.
    static func composed(_ text: String) -> String {
        guard !text.utf8.allSatisfy({ $0 < 0x80 }), isStreamSafe(text) else { return text }
        var composed = String.UnicodeScalarView()
        for scalar in text._nfc { composed.append(scalar) }
        return String(composed)
    }

    private static func isStreamSafe(_ text: String) -> Bool {
        var marks = 0
        for scalar in text.unicodeScalars {
            marks = scalar.properties.canonicalCombiningClass == .notReordered ? 0 : marks + 1
            if marks > 30 { return false }
        }
        return true
    }

    /// `Bob@Example.COM` in lower case; nil for what is not an address and nothing else.
    static func mailAddress(_ text: String) -> String? {
        guard text.utf8.count <= 320, let at = text.utf8.lastIndex(of: UInt8(ascii: "@")) else { return nil }
        let local = text[..<at]
        let domain = String(text[text.utf8.index(after: at)...])
        let isPlain = local.utf8.allSatisfy { byte in
            // No spaces, quotes, brackets, lists or second `@`: those are forms in which readers differ.
            byte > 0x20 && byte != 0x7F && !#"@"(),:;<>[\]"#.utf8.contains(byte)
        }
        guard !local.isEmpty, isPlain, domain.utf8.contains(UInt8(ascii: ".")),
            let host = try? HostName.normalised(domain)
        else { return nil }
        return lowered(local) + "@" + host
    }

    /// A name of at least two labels, the last of them letters, as `Example.com.`: in lower case, without the dot.
    static func host(_ text: String) -> String? {
        guard text.utf8.count <= 254, text.utf8.contains(UInt8(ascii: ".")),
            let host = try? HostName.normalised(text), let last = host.utf8.split(separator: UInt8(ascii: ".")).last,
            host.utf8.contains(UInt8(ascii: ".")), last.count >= 2,
            last.starts(with: "xn--".utf8) || last.allSatisfy({ (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) })
        else { return nil }
        return host
    }

    /// A URL with scheme and host in lower case; what follows them is left as it is.
    static func url(_ text: String) -> String? {
        guard text.utf8.count <= HostArgument.maximumLength, let colon = text.utf8.firstIndex(of: UInt8(ascii: ":")),
            text.utf8[colon...].starts(with: "://".utf8), (try? HostArgument.parse(text)) != nil
        else { return nil }
        let start = text.utf8.index(colon, offsetBy: 3)
        let end = text.utf8[start...].firstIndex { "/?#".utf8.contains($0) } ?? text.utf8.endIndex
        return lowered(text[..<end]) + text[end...]
    }

    /// ASCII letters only: the folding of others depends on the language and on who folds.
    static func lowered(_ text: Substring) -> String {
        String(
            decoding: text.utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 },
            as: UTF8.self)
    }

    /// Spaces and dashes as people and their programs put them between the groups of a number.
    static func isSpacing(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x20, 0xA0, 0x2007, 0x2009, 0x202F, 0x2D, 0x2010...0x2013: true
        default: false
        }
    }
}

/// International bank account numbers, ISO 13616.
enum IBAN {
    static let lengths = 15...34

    /// In upper case without spacing; nil for what is none, or has wrong check digits.
    static func normalised(_ text: String) -> String? {
        guard text.utf8.count <= 128 else { return nil }
        var bytes: [UInt8] = []
        for scalar in text.unicodeScalars {
            if NormalText.isSpacing(scalar) { continue }
            guard let byte = UInt8(exactly: scalar.value), value(of: byte) != nil else { return nil }
            bytes.append((UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) ? byte & ~0x20 : byte)
        }
        guard lengths.contains(bytes.count), isValid(bytes) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isValid(_ bytes: [UInt8]) -> Bool {
        let head = bytes.prefix(4).compactMap(value)
        guard head.count == 4, head[0] >= 10, head[1] >= 10, head[2] < 10, head[3] < 10 else { return false }
        let remainder = (bytes.dropFirst(4) + bytes.prefix(4)).compactMap(value).reduce(0) { remainder, value in
            (remainder * (value < 10 ? 10 : 100) + value) % 97
        }
        return remainder == 1
    }

    /// Letters count from 10 on.
    private static func value(of byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): Int(byte - UInt8(ascii: "A")) + 10
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a")) + 10
        default: nil
        }
    }
}

/// Telephone numbers, ITU-T E.164: at most 15 digits.
enum PhoneNumber {
    static let lengths = 7...15

    /// Digits, perhaps after a `+`; nil for what is no number.
    static func normalised(_ text: String) -> String? {
        guard text.utf8.count <= 64, !isDate(text), let first = text.unicodeScalars.first,
            first == "+" || first == "(" || isDigit(first)
        else { return nil }
        var digits: [UInt8] = []
        for (index, scalar) in text.unicodeScalars.enumerated() {
            if isDigit(scalar) {
                digits.append(UInt8(truncatingIfNeeded: scalar.value))
            } else if !(scalar == "+" && index == 0) && scalar != "(" && scalar != ")"
                && !NormalText.isSpacing(scalar)
            {
                return nil
            }
        }
        guard lengths.contains(digits.count) else { return nil }
        return (first == "+" ? "+" : "") + String(decoding: digits, as: UTF8.self)
    }

    /// Digits only, and of the length of a telephone number.
    static func isPlain(_ text: String) -> Bool {
        lengths.contains(text.utf8.count) && text.unicodeScalars.allSatisfy(isDigit)
    }

    /// True for characters that stand in telephone numbers.
    static func canHold(_ scalar: Unicode.Scalar) -> Bool {
        isDigit(scalar) || scalar == "+" || scalar == "(" || scalar == ")" || NormalText.isSpacing(scalar)
    }

    /// `2026-11-25`
    private static func isDate(_ text: String) -> Bool {
        text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false).map(\.count) == [4, 2, 2]
    }

    private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
