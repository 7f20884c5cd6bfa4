import Diagnostics
import StrictJSON

/// `minLength`, `maxLength` and `pattern`. Lengths are in Unicode code points.
enum StringKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        let minimum = compiler.count("minLength", of: schema)
        let maximum = compiler.count("maxLength", of: schema)
        if minimum != nil || maximum != nil {
            result.append(LengthKeyword(minimum: minimum ?? 0, maximum: maximum ?? .max))
        }
        if let operand = schema["pattern"] {
            if let text = operand.stringValue {
                if let expression = compiler.pattern(text, at: "pattern") {
                    result.append(PatternKeyword(source: text, expression: expression))
                }
            } else {
                compiler.refuseOperand("pattern", expected: "a string", found: operand)
            }
        }
        return result
    }
}

private struct LengthKeyword: SchemaKeyword {
    let minimum: Int
    let maximum: Int

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .string(let text) = value else { return true }
        validation.charge(text.utf8.count >> 8)
        let length = text.unicodeScalars.count
        if length < minimum {
            return validation.fail("minLength", "expected at least \(minimum) characters, found \(length)")
        }
        if length > maximum {
            return validation.fail("maxLength", "expected at most \(maximum) characters, found \(length)")
        }
        return true
    }
}

private struct PatternKeyword: SchemaKeyword {
    let source: String
    let expression: RegularExpression

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .string(let text) = value else { return true }
        validation.charge(PatternCost.steps(for: text))
        return expression.matchesPart(of: text)
            || validation.fail("pattern", "expected a text that matches \(VisibleText.quoted(source))")
    }
}
