import Diagnostics
import StrictJSON

/// `minLength`, `maxLength` and `pattern`. Lengths are in Unicode code points.
enum StringKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let count = CountKeyword(.characters, of: schema, &compiler) { result.append(count) }
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

private struct PatternKeyword: SchemaKeyword {
    let source: String
    let expression: RegularExpression

    var kinds: SchemaTypes { .string }

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .string(let text) = value else { return true }
        validation.charge(PatternCost.steps(for: text))
        return expression.matchesPart(of: text)
            || validation.fail("pattern", "expected a text that matches \(VisibleText.quoted(source))")
    }
}
