import StrictJSON

/// `$ref` and `$dynamicRef`, and the schemas that wait for them in `$defs` and `definitions`.
enum ReferenceKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        // Compiled even where nothing refers to them, so that nothing unknown hides in them.
        for keyword in ["$defs", "definitions"] { _ = compiler.schemas(keyword, of: schema) }
        var result: [any SchemaKeyword] = []
        if let text = compiler.text("$ref", of: schema), let target = compiler.resolve(text, at: "$ref") {
            result.append(ReferenceKeyword(schema: compiler.reference(to: target)))
        }
        if let text = compiler.text("$dynamicRef", of: schema), let target = compiler.resolve(text, at: "$dynamicRef") {
            result.append(dynamic(text, target, &compiler))
        }
        return result
    }

    /// A reference by a name that is a `$dynamicAnchor` where it leads at first; else it is a `$ref` (Core, 8.2.3.2).
    private static func dynamic(
        _ text: String, _ target: SchemaTarget, _ compiler: inout SchemaCompiler
    ) -> any SchemaKeyword {
        let schema = compiler.reference(to: target)
        guard let name = URIReference(text).fragment,
            compiler.library.resources[target.resource].dynamicAnchors.contains(TextKey(name)),
            compiler.library.resources[target.resource].anchors[TextKey(name)]?.place == target.place
        else { return ReferenceKeyword(schema: schema) }
        return DynamicReferenceKeyword(anchor: compiler.dynamicAnchors.number(of: name), initial: schema)
    }
}

struct ReferenceKeyword: SchemaKeyword {
    let schema: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        validation.check(value, against: schema)
    }

    func describe(_ outline: inout SchemaOutline) { outline.all.append(schema) }
}

private struct DynamicReferenceKeyword: SchemaKeyword {
    let anchor: Int
    let initial: SchemaReference

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        validation.check(value, anchor: anchor, initial: initial)
    }

    func describe(_ outline: inout SchemaOutline) { outline.dynamic.append((anchor, initial)) }
}
