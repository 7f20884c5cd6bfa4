/// The extension `math` on numbers. `ceil`, `floor`, `round`, `trunc` and the tests take `double` only.
enum CELMath {
    /// The first of the greatest, kept in its own kind. NaN has no place in an order: an error.
    static func greatest(_ numbers: [CELNumeric]) throws(CELFunctionError) -> CELNumeric {
        try extreme(numbers, named: "math.greatest", keeping: 1)
    }

    /// The first of the least.
    static func least(_ numbers: [CELNumeric]) throws(CELFunctionError) -> CELNumeric {
        try extreme(numbers, named: "math.least", keeping: -1)
    }

    private static func extreme(
        _ numbers: [CELNumeric], named name: String, keeping sign: Int
    ) throws(CELFunctionError) -> CELNumeric {
        guard var best = numbers.first else { throw CELFunctionError("`\(name)` of an empty list") }
        // The first too, compared with itself, must have an order.
        for number in numbers {
            guard let order = CELNumeric.compare(number, best) else {
                throw CELFunctionError("`\(name)`: NaN cannot be ordered")
            }
            if order == sign { best = number }
        }
        return best
    }

    static func ceil(_ value: Double) -> Double { value.rounded(.up) }
    static func floor(_ value: Double) -> Double { value.rounded(.down) }
    static func trunc(_ value: Double) -> Double { value.rounded(.towardZero) }
    /// Halves away from zero: -1.5 gives -2.
    static func round(_ value: Double) -> Double { value.rounded(.toNearestOrAwayFromZero) }

    static func isInf(_ value: Double) -> Bool { value.isInfinite }
    static func isNaN(_ value: Double) -> Bool { value.isNaN }
    static func isFinite(_ value: Double) -> Bool { value.isFinite }

    /// In the kind of its argument. The least `int` has none.
    static func abs(_ number: CELNumeric) throws(CELFunctionError) -> CELNumeric {
        switch number {
        case .int(let value):
            guard let magnitude = Int64(exactly: value.magnitude) else { throw .integerOverflow }
            return .int(magnitude)
        case .uint: return number
        case .double(let value): return .double(value.magnitude)
        }
    }

    /// -1, 0 or 1 in the kind of its argument; NaN of NaN.
    static func sign(_ number: CELNumeric) -> CELNumeric {
        switch number {
        case .int(let value): .int(value.signum())
        case .uint(let value): .uint(value == 0 ? 0 : 1)
        case .double(let value): .double(value > 0 ? 1 : (value < 0 ? -1 : value))
        }
    }

    /// Always a `double`; NaN of what is negative.
    static func sqrt(_ number: CELNumeric) -> Double {
        switch number {
        case .int(let value): Double(value).squareRoot()
        case .uint(let value): Double(value).squareRoot()
        case .double(let value): value.squareRoot()
        }
    }
}
