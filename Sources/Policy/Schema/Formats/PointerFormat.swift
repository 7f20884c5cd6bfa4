import Hosts

/// JSON pointers (RFC 6901), relative ones, and UUIDs (RFC 4122).
enum PointerFormat {
    static func isPointer(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return true }
        return first == UInt8(ascii: "/") && Pointer.unescaped(text) != nil
    }

    /// A count of levels without leading zeros, then a pointer or `#`.
    static func isRelative(_ text: String) -> Bool {
        let digits = text.utf8.prefix(while: ASCIIReader.isDigit)
        guard let first = digits.first, digits.count == 1 || first != UInt8(ascii: "0") else { return false }
        let rest = text.utf8.dropFirst(digits.count)
        return rest.elementsEqual("#".utf8) || isPointer(String(Substring(rest)))
    }

    static func isUUID(_ text: String) -> Bool {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return groups.map(\.count) == [8, 4, 4, 4, 12] && groups.joined().allSatisfy(HostName.isHexadecimal)
    }
}
