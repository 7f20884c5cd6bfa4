import StrictJSON

/// `prefixItems`, `items`, `minItems`, `maxItems` and `uniqueItems`, and draft-07's `additionalItems`.
enum ArrayKeywords: KeywordFamily {
    static func compile(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> [any SchemaKeyword] {
        var result: [any SchemaKeyword] = []
        // Counted first: a flood of elements is refused before each is looked at.
        if let count = CountKeyword(.elements, of: schema, &compiler) { result.append(count) }
        if let items = items(schema, &compiler) { result.append(items) }
        if let operand = schema["uniqueItems"] {
            switch operand {
            case .bool(true): result.append(UniqueItemsKeyword())
            case .bool(false): break
            default: compiler.refuseOperand("uniqueItems", expected: "true or false", found: operand)
            }
        }
        return result
    }

    private static func items(_ schema: JSONObject, _ compiler: inout SchemaCompiler) -> ItemsKeyword? {
        guard ["items", "prefixItems", "additionalItems"].contains(where: { schema[$0] != nil }) else { return nil }
        // Draft-07: an array in `items` is for the first elements, and `additionalItems` for those after them; beside a
        // schema in `items` it says nothing, and nothing unknown hides in it.
        if compiler.dialect.draft == .draft7 {
            let rest = schema["additionalItems"].map { compiler.compile($0, at: "additionalItems") }
            guard case .array(let schemas) = schema["items"] else {
                return schema["items"].map { ItemsKeyword(prefix: [], rest: compiler.compile($0, at: "items")) }
            }
            let prefix = schemas.isEmpty ? [] : compiler.schemaArray("items", of: schema) ?? []
            return ItemsKeyword(prefix: prefix, rest: rest)
        }
        let prefix = compiler.schemaArray("prefixItems", of: schema) ?? []
        return ItemsKeyword(prefix: prefix, rest: schema["items"].map { compiler.compile($0, at: "items") })
    }
}

private struct ItemsKeyword: SchemaKeyword {
    let prefix: [SchemaReference]
    let rest: SchemaReference?

    var kinds: SchemaTypes { .array }

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .array(let elements) = value else { return true }
        var valid = true
        for (index, element) in elements.enumerated() {
            guard let schema = index < prefix.count ? prefix[index] : rest else { break }
            if !validation.check(element, at: index, against: schema) {
                guard validation.collects else { return false }
                valid = false
            }
        }
        if rest != nil {
            validation.evaluated.noteAll()
        } else if validation.evaluated.tracks {
            for index in elements.indices.prefix(prefix.count) { validation.evaluated.note(index) }
        }
        return valid
    }

    func describe(_ outline: inout SchemaOutline) {
        outline.prefix = prefix
        outline.rest = rest
    }
}

private struct UniqueItemsKeyword: SchemaKeyword {
    var kinds: SchemaTypes { .array }

    func check(_ value: JSON, _ validation: inout SchemaValidation) -> Bool {
        guard case .array(let elements) = value, elements.count > 1 else { return true }
        // A place in a table costs as much as some schemas.
        guard validation.charge(elements.count << 3), validation.chargeSize(of: value) else { return false }
        if elements.count <= 8 {
            for index in elements.indices where elements[..<index].contains(elements[index]) {
                return validation.fail("uniqueItems", "expected each element once, found element \(index) twice")
            }
            return true
        }
        // By hash: comparing each with each would let an argument of a megabyte cost minutes.
        var seen = Set<JSON>(minimumCapacity: elements.count)
        for (index, element) in elements.enumerated() where !seen.insert(element).inserted {
            return validation.fail("uniqueItems", "expected each element once, found element \(index) twice")
        }
        return true
    }
}
