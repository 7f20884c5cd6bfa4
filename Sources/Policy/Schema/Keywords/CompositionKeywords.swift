import StrictJSON

/// `allOf`, `anyOf`, `oneOf` and `not`.
enum CompositionKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        if let schemas = compiler.schemaArray("allOf", of: schema) { result.append(AllOfKeyword(schemas: schemas)) }
        if let schemas = compiler.schemaArray("anyOf", of: schema) { result.append(AnyOfKeyword(schemas: schemas)) }
        if let schemas = compiler.schemaArray("oneOf", of: schema) { result.append(OneOfKeyword(schemas: schemas)) }
        if let operand = schema["not"] { result.append(NotKeyword(schema: compiler.compile(operand, at: "not"))) }
        return result
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
        var fits = false
        for schema in schemas where validation.accepts(value, schema) {
            // Where somebody asks what was looked at, every form that fits counts.
            guard validation.evaluated.tracks else { return true }
            fits = true
        }
        return fits || validation.fail("anyOf", "none of the \(schemas.count) forms that are allowed here fits")
    }

    func describe(_ outline: inout SchemaOutline) { outline.any.append(schemas) }
}

private struct OneOfKeyword: SchemaKeyword {
    let schemas: [SchemaReference]

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        var fitting = 0
        for schema in schemas where validation.accepts(value, schema) {
            fitting += 1
            if fitting > 1, !validation.collects { return false }
        }
        return fitting == 1
            || validation.fail("oneOf", "exactly one of \(schemas.count) forms has to fit, \(fitting) do")
    }

    func describe(_ outline: inout SchemaOutline) { outline.any.append(schemas) }
}

private struct NotKeyword: SchemaKeyword {
    let schema: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        let mark = validation.evaluated.mark
        // What the excluded schema has looked at does not count, whether it holds or not.
        defer { validation.evaluated.forget(after: mark) }
        return !validation.accepts(value, schema)
            || validation.fail("not", "the value has a form that is excluded here")
    }

    func describe(_ outline: inout SchemaOutline) { outline.not = schema }
}
