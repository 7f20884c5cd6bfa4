/// A number of any of CEL's three kinds. They compare on one line, by value: no rounding on the way, so that
/// 9007199254740993 is greater than 9007199254740992.0.
enum CELNumeric: Sendable {
    case int(Int64)
    case uint(UInt64)
    case double(Double)

    /// -1, 0 or 1 as the left is smaller, equal or greater; nil if either is NaN, which has no order and equals nothing.
    static func compare(_ left: Self, _ right: Self) -> Int? {
        switch (left, right) {
        case (.int(let left), .int(let right)): order(left, right)
        case (.uint(let left), .uint(let right)): order(left, right)
        case (.double(let left), .double(let right)): left.isNaN || right.isNaN ? nil : order(left, right)
        // Mixed comparison of integers is Swift's own, by value.
        case (.int(let left), .uint(let right)): left < right ? -1 : (left == right ? 0 : 1)
        case (.uint(let left), .int(let right)): left < right ? -1 : (left == right ? 0 : 1)
        case (.int(let left), .double(let right)): order(left, right)
        case (.uint(let left), .double(let right)): order(left, right)
        case (.double(let left), .int(let right)): order(right, left).map { -$0 }
        case (.double(let left), .uint(let right)): order(right, left).map { -$0 }
        }
    }

    /// `==` across the kinds: 1 == 1u == 1.0.
    static func equal(_ left: Self, _ right: Self) -> Bool { compare(left, right) == 0 }

    /// The one form that equal numbers share, as keys of maps need it: `int` if that holds the value, else `uint`, else
    /// `double`.
    var canonical: CELNumeric {
        switch self {
        case .int: return self
        case .uint(let value): return Int64(exactly: value).map(CELNumeric.int) ?? self
        case .double(let value):
            if let value = Int64(exactly: value) { return .int(value) }
            return UInt64(exactly: value).map(CELNumeric.uint) ?? self
        }
    }

    private static func order<Value: Comparable>(_ left: Value, _ right: Value) -> Int {
        left < right ? -1 : (left == right ? 0 : 1)
    }

    private static func order(_ left: Int64, _ right: Double) -> Int? {
        if right.isNaN { return nil }
        // 2⁶³ is a double; `Int64.max` is not, and rounds up to it. The conformance tests want these two to be equal.
        if right == 0x1p63 { return Double(left) == right ? 0 : -1 }
        if right > 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        return order(left, whole: Int64(right), of: right)
    }

    private static func order(_ left: UInt64, _ right: Double) -> Int? {
        if right.isNaN { return nil }
        if right >= 0x1p64 { return -1 }
        if right < 0 { return 1 }
        return order(left, whole: UInt64(right), of: right)
    }

    private static func order<Integer: FixedWidthInteger>(_ left: Integer, whole: Integer, of right: Double) -> Int {
        if left != whole { return left < whole ? -1 : 1 }
        let fraction = right - right.rounded(.towardZero)
        return fraction > 0 ? -1 : (fraction < 0 ? 1 : 0)
    }
}
