import Diagnostics

/// Host names: RFC 1123 with underscores (which DNS has and resolvers take), in ASCII.
package enum HostName {
    package static let maximumLength = 253
    package static let maximumLabelLength = 63

    /// In lower case, without a trailing dot.
    package static func normalised(_ text: String) throws(HostRefusal) -> String {
        // Everything but ASCII needs IDNA's mappings, in which implementations differ: `ｅ`, `K` and `ß` become other
        // letters or not. A name's ASCII form means one name only.
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else {
            throw HostRefusal("it holds characters beyond ASCII: write the `xn--` form")
        }
        var bytes = text.utf8.map { isUpper($0) ? $0 | 0x20 : $0 }
        if bytes.last == UInt8(ascii: "."), bytes.count > 1 { bytes.removeLast() }
        guard bytes.count <= maximumLength else { throw HostRefusal("it is longer than \(maximumLength) characters") }
        for label in bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false) { try check(label) }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func check(_ label: ArraySlice<UInt8>) throws(HostRefusal) {
        guard let first = label.first, let last = label.last else { throw HostRefusal("it has an empty label") }
        guard label.count <= maximumLabelLength else {
            throw HostRefusal("it has a label of more than \(maximumLabelLength) characters")
        }
        guard first != hyphen, last != hyphen else {
            throw HostRefusal("it has a label that starts or ends with a hyphen")
        }
        for byte in label where !isLower(byte) && !isDigit(byte) && byte != hyphen && byte != UInt8(ascii: "_") {
            if byte == UInt8(ascii: "%") { throw HostRefusal("it is percent-encoded") }
            throw HostRefusal("it holds \(VisibleText.quoted(String(decoding: [byte], as: UTF8.self)))")
        }
        guard label.count >= 4, label.dropFirst(2).prefix(2).allSatisfy({ $0 == hyphen }) else { return }
        // RFC 5891, 4.2.3.1: hyphens in the third and fourth place are for encodings, and `xn` is the only one.
        guard label.prefix(2).elementsEqual("xn".utf8) else {
            throw HostRefusal("it has a label with `--` in the third and fourth place")
        }
        guard Punycode.isValidLabel(Array(label.dropFirst(4))) else {
            throw HostRefusal("it has an `xn--` label that stands for no name")
        }
    }

    private static let hyphen = UInt8(ascii: "-")
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    package static func isHexadecimal(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
