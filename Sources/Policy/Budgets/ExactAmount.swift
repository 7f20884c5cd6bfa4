import StrictJSON

/// An amount as people mean it: a decimal fraction, summed without rounding. 0.1 and 0.2 are 0.3, ten times 98.70 are
/// 987. What cannot be held exactly is no amount: more than 18 places behind the point, or more than about 10²⁰.
struct ExactAmount: Hashable, Sendable, Comparable, CustomStringConvertible {
    /// In units of 10⁻¹⁸.
    let units: Int128

    static let zero = ExactAmount(units: 0)
    private static let places = 18

    init(units: Int128) { self.units = units }

    /// Nil for what is no number, and for what cannot be held exactly. Doubles stand for the shortest decimal that reads
    /// as them.
    init?(_ value: JSON) {
        guard let number = ExactNumber(value) else { return nil }
        let decimal = DecimalNumber(number)
        let shift = decimal.exponent + Self.places
        // 10³⁸ is less than 2¹²⁷.
        guard (0...38).contains(shift) || decimal.magnitude == 0 else { return nil }
        let (units, overflows) = Int128(decimal.magnitude).multipliedReportingOverflow(
            by: Self.powerOfTen(decimal.magnitude == 0 ? 0 : shift))
        guard !overflows else { return nil }
        let isNegative =
            switch number {
            case .integer(let integer): integer < 0
            case .double(let double): double < 0
            }
        self.units = isNegative ? -units : units
    }

    var isNegative: Bool { units < 0 }

    /// Nil where the sum is beyond what can be held.
    func adding(_ other: ExactAmount) -> ExactAmount? {
        let (sum, overflows) = units.addingReportingOverflow(other.units)
        return overflows ? nil : ExactAmount(units: sum)
    }

    /// Neither of two amounts that were summed is so large that this could overflow.
    func subtracting(_ other: ExactAmount) -> ExactAmount {
        let (difference, overflows) = units.subtractingReportingOverflow(other.units)
        return ExactAmount(units: overflows ? (other.units < 0 ? .max : .min) : difference)
    }

    static func < (left: Self, right: Self) -> Bool { left.units < right.units }

    /// As people write it: `98.7`, `100`.
    var description: String {
        let (whole, fraction) = units.magnitude.quotientAndRemainder(
            dividingBy: UInt128(Self.powerOfTen(Self.places)))
        let sign = units < 0 ? "-" : ""
        if fraction == 0 { return "\(sign)\(whole)" }
        var digits = String(fraction)
        digits = String(repeating: "0", count: Self.places - digits.utf8.count) + digits
        while digits.utf8.last == UInt8(ascii: "0") { digits.removeLast() }
        return "\(sign)\(whole).\(digits)"
    }

    private static func powerOfTen(_ power: Int) -> Int128 {
        (0..<power).reduce(Int128(1)) { product, _ in product * 10 }
    }
}
