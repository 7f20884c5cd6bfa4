import StrictJSON

/// `minimum`, `maximum`, `exclusiveMinimum`, `exclusiveMaximum` and `multipleOf`.
enum NumberKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        for relation in BoundKeyword.Relation.allCases {
            guard let bound = number(relation.rawValue, of: schema, &compiler) else { continue }
            result.append(BoundKeyword(relation: relation, bound: bound))
        }
        if let divisor = number("multipleOf", of: schema, &compiler) {
            if .integer(0) < divisor {
                result.append(MultipleKeyword(divisor: divisor, decimal: DecimalNumber(divisor)))
            } else {
                compiler.refuse(at: "multipleOf", "bad-operand", "`multipleOf` has to be greater than 0")
            }
        }
        return result
    }

    private static func number(
        _ keyword: String, of schema: JSONObject, _ compiler: inout SchemaCompiler
    ) -> ExactNumber? {
        guard let operand = schema[keyword] else { return nil }
        if let number = ExactNumber(operand) { return number }
        compiler.refuseOperand(keyword, expected: "a number", found: operand)
        return nil
    }
}

private struct BoundKeyword: SchemaKeyword {
    enum Relation: String, CaseIterable {
        case minimum, maximum, exclusiveMinimum, exclusiveMaximum

        var words: String {
            switch self {
            case .minimum: "at least"
            case .maximum: "at most"
            case .exclusiveMinimum: "more than"
            case .exclusiveMaximum: "less than"
            }
        }
    }

    let relation: Relation
    let bound: ExactNumber

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard let number = ExactNumber(value) else { return true }
        return holds(number)
            || validation.fail(relation.rawValue, "expected \(relation.words) \(bound), found \(number)")
    }

    private func holds(_ number: ExactNumber) -> Bool {
        switch relation {
        case .minimum: bound <= number
        case .maximum: number <= bound
        case .exclusiveMinimum: bound < number
        case .exclusiveMaximum: number < bound
        }
    }
}

private struct MultipleKeyword: SchemaKeyword {
    let divisor: ExactNumber
    let decimal: DecimalNumber

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard let number = ExactNumber(value) else { return true }
        return isMultiple(number) || validation.fail("multipleOf", "expected a multiple of \(divisor), found \(number)")
    }

    private func isMultiple(_ number: ExactNumber) -> Bool {
        if case .integer(let integer) = number, case .integer(let divisor) = divisor {
            return integer.magnitude.isMultiple(of: divisor.magnitude)
        }
        return DecimalNumber(number).isMultiple(of: decimal)
    }
}
