import StrictJSON

extension CompiledSchema {
    /// True if the schema lists the value with `enum` or `const` for what is at the pointer: then every caller knows it,
    /// and that a tool returned it says nothing. References within the schema are followed; where it is unclear which of
    /// several subschemas counts, each does.
    func lists(_ value: JSON, at pointer: [String]) -> Bool {
        var search = ListedValueSearch(root: source, value: value)
        return search.isListed(in: source, pointer[...])
    }
}

private struct ListedValueSearch {
    let root: JSON
    let value: JSON
    /// Subschemas that are looked at: a schema may refer to itself.
    private var budget = 4096

    init(root: JSON, value: JSON) {
        self.root = root
        self.value = value
    }

    mutating func isListed(in schema: JSON, _ pointer: ArraySlice<String>) -> Bool {
        budget -= 1
        guard budget >= 0, case .object(let keywords) = schema else { return false }
        if pointer.isEmpty {
            if keywords["const"].map({ NormalValue.isEqual($0, value) }) ?? false { return true }
            if (keywords["enum"]?.arrayValue ?? []).contains(where: { NormalValue.isEqual($0, value) }) { return true }
        }
        if let target = keywords["$ref"]?.stringValue.flatMap(target), isListed(in: target, pointer) { return true }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in keywords[keyword]?.arrayValue ?? [] where isListed(in: part, pointer) { return true }
        }
        for keyword in ["then", "else"] {
            if let part = keywords[keyword], isListed(in: part, pointer) { return true }
        }
        guard let token = pointer.first else { return false }
        let rest = pointer.dropFirst()
        if let member = keywords["properties"]?[token], isListed(in: member, rest) { return true }
        for (_, member) in keywords["patternProperties"]?.objectValue ?? JSONObject() where isListed(in: member, rest) {
            return true
        }
        if let index = Int(token), let element = keywords["prefixItems"]?[index], isListed(in: element, rest) {
            return true
        }
        for keyword in ["additionalProperties", "items"] {
            if let part = keywords[keyword], isListed(in: part, rest) { return true }
        }
        return false
    }

    /// `#/$defs/name`
    private func target(_ reference: String) -> JSON? {
        guard reference.hasPrefix("#") else { return nil }
        let tokens = reference.dropFirst().split(separator: "/").map { token in
            String(token).replacing("~1", with: "/").replacing("~0", with: "~")
        }
        return root.value(at: tokens)
    }
}
