import StrictJSON

/// `if`, `then` and `else`.
enum ConditionalKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        // Compiled even where no `if` gives them a meaning, so that nothing unknown hides in them.
        let consequence = schema["then"].map { compiler.compile($0, at: "then") }
        let alternative = schema["else"].map { compiler.compile($0, at: "else") }
        guard let condition = schema["if"].map({ compiler.compile($0, at: "if") }) else { return [] }
        return [ConditionalKeyword(condition: condition, consequence: consequence, alternative: alternative)]
    }
}

private struct ConditionalKeyword: SchemaKeyword {
    let condition: SchemaReference
    let consequence: SchemaReference?
    let alternative: SchemaReference?

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        if consequence == nil, alternative == nil, !validation.evaluated.tracks { return true }
        guard let branch = validation.accepts(value, condition) ? consequence : alternative else { return true }
        return validation.check(value, against: branch)
    }

    func describe(_ outline: inout SchemaOutline) {
        outline.perhaps.append(condition)
        if let consequence, let alternative {
            outline.any.append([consequence, alternative])
        } else if let branch = consequence ?? alternative {
            outline.perhaps.append(branch)
        }
    }
}
