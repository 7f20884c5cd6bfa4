import StrictJSON

/// `allOf`, `anyOf`, `oneOf` and `not`.
enum CompositionKeywords: KeywordFamily {
    static let keywords: Set<String> = ["allOf", "anyOf", "oneOf", "not"]

    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let schemas = schemas("allOf", of: schema, &compiler) { result.append(AllOfKeyword(schemas: schemas)) }
        if let schemas = schemas("anyOf", of: schema, &compiler) { result.append(AnyOfKeyword(schemas: schemas)) }
        if let schemas = schemas("oneOf", of: schema, &compiler) { result.append(OneOfKeyword(schemas: schemas)) }
        if let operand = schema["not"] { result.append(NotKeyword(schema: compiler.compile(operand, at: "not"))) }
        return result
    }

    private static func schemas(
        _ keyword: String, of schema: JSONObject, _ compiler: inout SchemaCompiler
    ) -> [SchemaReference]? {
        guard let operand = schema[keyword] else { return nil }
        guard let schemas = operand.arrayValue, !schemas.isEmpty else {
            compiler.refuseOperand(keyword, expected: "an array of schemas that is not empty", found: operand)
            return nil
        }
        return schemas.enumerated().map { compiler.compile($1, at: keyword, String($0)) }
    }
}

private struct AllOfKeyword: SchemaKeyword {
    let schemas: [SchemaReference]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        var valid = true
        for schema in schemas where !validation.check(value, against: schema) {
            guard validation.collects else { return false }
            valid = false
        }
        return valid
    }

    func describe(_ outline: inout SchemaOutline) { outline.all += schemas }
}

private struct AnyOfKeyword: SchemaKeyword {
    let schemas: [SchemaReference]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        for schema in schemas where validation.accepts(value, schema) { return true }
        return validation.fail("anyOf", "none of the \(schemas.count) forms that are allowed here fits")
    }

    func describe(_ outline: inout SchemaOutline) { outline.any.append(schemas) }
}

private struct OneOfKeyword: SchemaKeyword {
    let schemas: [SchemaReference]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        var fitting = 0
        for schema in schemas where validation.accepts(value, schema) { fitting += 1 }
        return fitting == 1
            || validation.fail("oneOf", "exactly one of \(schemas.count) forms has to fit, \(fitting) do")
    }

    func describe(_ outline: inout SchemaOutline) { outline.any.append(schemas) }
}

private struct NotKeyword: SchemaKeyword {
    let schema: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        !validation.accepts(value, schema) || validation.fail("not", "the value has a form that is excluded here")
    }

    func describe(_ outline: inout SchemaOutline) { outline.not = schema }
}
