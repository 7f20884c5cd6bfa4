/// A set of Unicode code points, as sorted ranges that neither touch nor overlap.
struct ScalarSet: Hashable {
    private(set) var ranges: [ClosedRange<UInt32>] = []

    static let last: UInt32 = 0x10FFFF
    static let all = ScalarSet([0...last])

    init(_ ranges: [ClosedRange<UInt32>] = []) {
        for range in ranges { insert(range) }
    }

    mutating func insert(_ range: ClosedRange<UInt32>) {
        // Found by halving: a class may list thousands of characters.
        let start = ranges.firstIndex(after: { $0.upperBound + 1 < range.lowerBound })
        let end = ranges.firstIndex(after: { $0.lowerBound <= range.upperBound + 1 })
        guard start < end else {
            ranges.insert(range, at: start)
            return
        }
        let lower = min(range.lowerBound, ranges[start].lowerBound)
        let upper = max(range.upperBound, ranges[end - 1].upperBound)
        ranges.replaceSubrange(start..<end, with: [lower...upper])
    }

    mutating func formUnion(_ other: ScalarSet) {
        for range in other.ranges { insert(range) }
    }

    var complement: ScalarSet {
        var result = ScalarSet()
        var next: UInt32 = 0
        for range in ranges {
            if range.lowerBound > next { result.ranges.append(next...(range.lowerBound - 1)) }
            next = range.upperBound + 1
        }
        if next <= Self.last { result.ranges.append(next...Self.last) }
        return result
    }

    /// The ranges as they stand between brackets in RE2's syntax.
    var re2: String {
        ranges.map { range in
            let low = Self.re2(range.lowerBound)
            return range.lowerBound == range.upperBound ? low : low + "-" + Self.re2(range.upperBound)
        }.joined()
    }

    /// One code point in RE2's syntax, inside and outside brackets.
    static func re2(_ scalar: UInt32) -> String {
        switch scalar {
        // Letters and digits mean themselves everywhere. Written short, long patterns stay long and no more.
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: String(UnicodeScalar(UInt8(scalar)))
        default: "\\x{" + String(scalar, radix: 16, uppercase: true) + "}"
        }
    }

    // ECMA-262, 22.2.2.9: the classes are ASCII, but for white space.
    static let digits = ScalarSet([0x30...0x39])
    static let wordCharacters = ScalarSet([0x30...0x39, 0x41...0x5A, 0x5F...0x5F, 0x61...0x7A])
    static let whiteSpace = ScalarSet([
        0x09...0x0D, 0x20...0x20, 0xA0...0xA0, 0x1680...0x1680, 0x2000...0x200A, 0x2028...0x2029, 0x202F...0x202F,
        0x205F...0x205F, 0x3000...0x3000, 0xFEFF...0xFEFF,
    ])
    static let lineTerminators = ScalarSet([0x0A...0x0A, 0x0D...0x0D, 0x2028...0x2029])
}

extension Array {
    /// The first index of an element for which the condition does not hold, in an array where it holds of the first
    /// elements and of no others.
    fileprivate func firstIndex(after condition: (Element) -> Bool) -> Int {
        var low = startIndex
        var high = endIndex
        while low < high {
            let middle = low + (high - low) / 2
            if condition(self[middle]) { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
