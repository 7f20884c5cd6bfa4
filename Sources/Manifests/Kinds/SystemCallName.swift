/// What names of system calls and of their constants look like. Which there are, the filter's compiler knows.
enum SystemCallName {
    static func isValid(_ text: String, groups: Bool) -> Bool {
        let name = groups && text.utf8.first == UInt8(ascii: "@") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = name.first, isLower(first) || first == UInt8(ascii: "_") else { return false }
        return name.allSatisfy {
            isLower($0) || Digits.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    /// What a value looks like that is no number of YAML's: a constant, or a number of up to 64 bits.
    static let constantPattern = "^(0x[0-9a-f]{1,16}|[A-Z][A-Z0-9_]*)$"

    static func isConstant(_ text: String) -> Bool {
        if text.hasPrefix("0x") {
            let digits = text.utf8.dropFirst(2)
            return (1...16).contains(digits.count)
                && digits.allSatisfy { Digits.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0) }
        }
        guard let first = text.utf8.first, isUpper(first) else { return false }
        return text.utf8.allSatisfy { isUpper($0) || Digits.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
}
