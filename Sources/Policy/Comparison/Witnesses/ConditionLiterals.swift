import StrictJSON

/// Values beside which a condition may change its mind: those that its text names, and their neighbours. Only guesses:
/// calls that are made of them are decided.
enum ConditionLiterals {
    private static let maximum = 24

    static func values(in source: String) -> [JSON] {
        var values: [JSON] = []
        var rest = source.unicodeScalars[...]
        while let scalar = rest.first, values.count < maximum {
            if scalar == "\"" || scalar == "'" {
                rest.removeFirst()
                let text = String(rest.prefix { $0 != scalar })
                rest = rest.dropFirst(text.unicodeScalars.count + 1)
                values += [.string(text), .string(text + "x"), .string("x" + text)]
            } else if ("0"..."9").contains(scalar) {
                let text = String(rest.prefix { ("0"..."9").contains($0) || $0 == "." })
                rest = rest.dropFirst(text.unicodeScalars.count)
                if let number = try? JSON(parsing: text) { values += neighbours(number) }
            } else if scalar.properties.isAlphabetic || scalar == "_" {
                rest = rest.drop { $0.properties.isAlphabetic || $0 == "_" || ("0"..."9").contains($0) }
            } else {
                rest.removeFirst()
            }
        }
        return values
    }

    private static func neighbours(_ number: JSON) -> [JSON] {
        switch number {
        case .integer(let integer) where integer > .min && integer < .max:
            [number, .integer(integer + 1), .integer(integer - 1)]
        case .number(let double): [number, .number(double + 0.5), .number(double - 0.5)]
        default: [number]
        }
    }
}
