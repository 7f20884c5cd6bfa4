extension IPAddress {
    /// The one text of RFC 5952: hexadecimal in lower case without leading zeros, the longest run of two or more zero
    /// groups, the first of equals, as `::`. Four decimal numbers for IPv4.
    package var canonicalText: String {
        guard isVersion6 else { return description }
        let groups = (0..<8).reversed().map { UInt16(truncatingIfNeeded: bits >> ($0 * 16)) }
        func text(_ groups: some Sequence<UInt16>) -> String {
            groups.map { String($0, radix: 16) }.joined(separator: ":")
        }
        guard let zeros = Self.longestZeros(groups) else { return text(groups) }
        return text(groups[..<zeros.lowerBound]) + "::" + text(groups[zeros.upperBound...])
    }

    private static func longestZeros(_ groups: [UInt16]) -> Range<Int>? {
        var longest: Range<Int>?
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 {
                start = index + 1
            } else if index - start + 1 > max(1, longest?.count ?? 0) {
                longest = start..<index + 1
            }
        }
        return longest
    }
}
