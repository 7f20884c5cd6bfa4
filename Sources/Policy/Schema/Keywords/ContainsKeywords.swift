import StrictJSON

/// `contains`, `minContains` and `maxContains`.
enum ContainsKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        let minimum = compiler.count("minContains", of: schema) ?? 1
        let maximum = compiler.count("maxContains", of: schema) ?? .max
        // Without `contains` the counts mean nothing (Validation, 6.4.4 and 6.4.5).
        guard let operand = schema["contains"] else { return [] }
        let element = compiler.compile(operand, at: "contains")
        return [ContainsKeyword(element: element, minimum: minimum, maximum: maximum)]
    }
}

private struct ContainsKeyword: SchemaKeyword {
    let element: SchemaReference
    let minimum: Int
    let maximum: Int

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .array(let elements) = value else { return true }
        var count = 0
        for (index, candidate) in elements.enumerated() where validation.acceptsPart(candidate, element) {
            count += 1
            validation.evaluated.note(index)
        }
        if count < minimum {
            let keyword = minimum == 1 ? "contains" : "minContains"
            return validation.fail(keyword, "expected at least \(minimum) elements of a kind, found \(count)")
        }
        if count > maximum {
            return validation.fail("maxContains", "expected at most \(maximum) elements of a kind, found \(count)")
        }
        return true
    }
}
