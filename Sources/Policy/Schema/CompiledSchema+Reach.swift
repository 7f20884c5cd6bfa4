import StrictJSON

extension CompiledSchema {
    /// False only if no valid value has anything at the pointer: what the schema leaves open, a value can have.
    package func canHave(_ pointer: [String]) -> Bool {
        Self.canHave(pointer[...], source)
    }

    /// The names that the schema gives to members of what is at the pointer, for suggestions.
    package func memberNames(at pointer: [String]) -> [String] {
        Self.memberNames(at: pointer[...], source)
    }

    private static func canHave(_ pointer: ArraySlice<String>, _ schema: JSON) -> Bool {
        guard case .object(let keywords) = schema else { return schema != .bool(false) }
        guard let token = pointer.first else { return true }
        if let all = keywords["allOf"]?.arrayValue, !all.allSatisfy({ canHave(pointer, $0) }) { return false }
        for keyword in ["anyOf", "oneOf"] {
            if let any = keywords[keyword]?.arrayValue, !any.contains(where: { canHave(pointer, $0) }) { return false }
        }
        if let value = keywords["const"], value.value(at: Array(pointer)) == nil { return false }
        if let values = keywords["enum"]?.arrayValue,
            !values.contains(where: { $0.value(at: Array(pointer)) != nil })
        {
            return false
        }
        // A token is a member's name or an element's place; the types say which it can be.
        let types = types(keywords["type"])
        return types.contains(.object) && canHaveMember(token, pointer.dropFirst(), keywords)
            || types.contains(.array) && canHaveElement(token, pointer.dropFirst(), keywords)
    }

    private static func types(_ operand: JSON?) -> SchemaTypes {
        guard let operand else { return [.object, .array] }
        let names = operand.stringValue.map { [$0] } ?? (operand.arrayValue ?? []).compactMap(\.stringValue)
        return names.reduce(into: []) { types, name in
            if let type = SchemaTypes(name: name) { types.insert(type) }
        }
    }

    private static func canHaveMember(
        _ name: String, _ rest: ArraySlice<String>, _ keywords: JSONObject
    ) -> Bool {
        if let names = keywords["propertyNames"], names == .bool(false) { return false }
        if let named = keywords["properties"]?[name] { return canHave(rest, named) }
        if let patterns = keywords["patternProperties"]?.objectValue {
            var budget = PatternBudget()
            for (pattern, schema) in patterns {
                guard let expression = try? budget.expression(try ECMAPattern.re2(pattern)),
                    expression.matchesPart(of: name)
                else { continue }
                return canHave(rest, schema)
            }
        }
        return keywords["additionalProperties"].map { canHave(rest, $0) } ?? true
    }

    private static func canHaveElement(
        _ place: String, _ rest: ArraySlice<String>, _ keywords: JSONObject
    ) -> Bool {
        guard let index = Int(place), index >= 0 else { return false }
        if let maximum = keywords["maxItems"]?.integerValue, index >= maximum { return false }
        if let prefix = keywords["prefixItems"]?.arrayValue, index < prefix.count {
            return canHave(rest, prefix[index])
        }
        return keywords["items"].map { canHave(rest, $0) } ?? true
    }

    private static func memberNames(at pointer: ArraySlice<String>, _ schema: JSON) -> [String] {
        var names: [String] = []
        if let token = pointer.first {
            if let next = schema["properties"]?[token] { names += memberNames(at: pointer.dropFirst(), next) }
            if let items = schema["items"], Int(token) != nil { names += memberNames(at: pointer.dropFirst(), items) }
        } else {
            names += (schema["properties"]?.objectValue ?? JSONObject()).map(\.key)
        }
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for part in schema[keyword]?.arrayValue ?? [] { names += memberNames(at: pointer, part) }
        }
        return names
    }
}
