import StrictJSON

/// A JSON number, compared by value: no rounding on the way, so that 2⁵³ + 1 is greater than 2⁵³.
enum ExactNumber: Sendable {
    case integer(Int64)
    case double(Double)

    /// Nil for what is not a number, and for what only code can make: infinity and NaN, which have no place in an order.
    init?(_ value: JSON) {
        switch value {
        case .integer(let integer): self = .integer(integer)
        case .number(let double) where double.isFinite: self = .double(double)
        default: return nil
        }
    }

    /// -1, 0 or 1, as the left is smaller, equal or greater.
    static func order(_ left: ExactNumber, _ right: ExactNumber) -> Int {
        switch (left, right) {
        case (.integer(let left), .integer(let right)): left < right ? -1 : (left == right ? 0 : 1)
        case (.double(let left), .double(let right)): left < right ? -1 : (left == right ? 0 : 1)
        case (.integer(let left), .double(let right)): order(left, right)
        case (.double(let left), .integer(let right)): -order(right, left)
        }
    }

    static func <= (left: ExactNumber, right: ExactNumber) -> Bool { order(left, right) <= 0 }
    static func < (left: ExactNumber, right: ExactNumber) -> Bool { order(left, right) < 0 }
    static func == (left: ExactNumber, right: ExactNumber) -> Bool { order(left, right) == 0 }

    /// True for 1 and for 1.0: JSON has one kind of number.
    var isIntegral: Bool {
        switch self {
        case .integer: true
        case .double(let double): double == double.rounded(.towardZero)
        }
    }

    private static func order(_ left: Int64, _ right: Double) -> Int {
        // 2⁶³ is a double; `Int64.max` is not, and would round up to it.
        if right >= 0x1p63 { return -1 }
        if right < -0x1p63 { return 1 }
        let whole = Int64(right)
        if left != whole { return left < whole ? -1 : 1 }
        let fraction = right - right.rounded(.towardZero)
        return fraction > 0 ? -1 : (fraction < 0 ? 1 : 0)
    }
}

extension ExactNumber: CustomStringConvertible {
    var description: String {
        switch self {
        case .integer(let integer): integer.description
        case .double(let double): double.description
        }
    }
}
