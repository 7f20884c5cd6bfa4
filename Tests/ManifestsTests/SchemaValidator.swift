import StrictJSON

/// Just enough of JSON Schema 2020-12 to validate manifests against the schemas that are published. A keyword that it
/// does not know is an error: a schema that grows has to grow this too. `Tests/Schemas/validate.py` does the same with
/// a validator that is not ours.
struct SchemaValidator {
    struct UnknownKeyword: Error { let keyword: String }

    let root: JSON

    func accepts(_ value: JSON) throws -> Bool { try accepts(value, root) }

    private func accepts(_ value: JSON, _ schema: JSON) throws -> Bool {
        if let verdict = schema.boolValue { return verdict }
        for (keyword, argument) in schema.objectValue ?? JSONObject() {
            guard try holds(keyword, argument, value, schema) else { return false }
        }
        return true
    }

    private func holds(_ keyword: String, _ argument: JSON, _ value: JSON, _ schema: JSON) throws -> Bool {
        switch keyword {
        case "$schema", "$id", "$defs", "title", "description", "default": return true
        case "$ref":
            let pointer = (argument.stringValue ?? "").split(separator: "/").dropFirst().map(String.init)
            guard let target = root.value(at: pointer) else { throw UnknownKeyword(keyword: argument.encodedString()) }
            return try accepts(value, target)
        case "type": return isOfType(value, argument.stringValue ?? "")
        case "const": return value == argument
        case "enum": return (argument.arrayValue ?? []).contains(value)
        case "anyOf": return try (argument.arrayValue ?? []).contains { try accepts(value, $0) }
        case "oneOf": return try (argument.arrayValue ?? []).filter { try accepts(value, $0) }.count == 1
        case "minimum": return bound(value.numberValue, argument) { $0 >= $1 }
        case "maximum": return bound(value.numberValue, argument) { $0 <= $1 }
        case "minLength": return bound(value.stringValue.map { Double($0.unicodeScalars.count) }, argument) { $0 >= $1 }
        case "maxLength": return bound(value.stringValue.map { Double($0.unicodeScalars.count) }, argument) { $0 <= $1 }
        case "minItems": return bound(value.arrayValue.map { Double($0.count) }, argument) { $0 >= $1 }
        case "maxItems": return bound(value.arrayValue.map { Double($0.count) }, argument) { $0 <= $1 }
        case "minProperties": return bound(value.objectValue.map { Double($0.count) }, argument) { $0 >= $1 }
        case "maxProperties": return bound(value.objectValue.map { Double($0.count) }, argument) { $0 <= $1 }
        case "pattern":
            guard let text = value.stringValue else { return true }
            return try text.firstMatch(of: Regex(argument.stringValue ?? "").matchingSemantics(.unicodeScalar)) != nil
        case "uniqueItems": return value.arrayValue.map { Set($0).count == $0.count } ?? true
        case "items": return try (value.arrayValue ?? []).allSatisfy { try accepts($0, argument) }
        case "required":
            return value.objectValue.map { object in
                (argument.arrayValue ?? []).allSatisfy { object[$0.stringValue ?? ""] != nil }
            } ?? true
        case "dependentRequired":
            let object = value.objectValue ?? JSONObject()
            return (argument.objectValue ?? JSONObject()).allSatisfy { key, needed in
                object[key] == nil || (needed.arrayValue ?? []).allSatisfy { object[$0.stringValue ?? ""] != nil }
            }
        case "properties":
            return try (value.objectValue ?? JSONObject()).allSatisfy { key, member in
                try argument[key].map { try accepts(member, $0) } ?? true
            }
        case "propertyNames":
            return try (value.objectValue ?? JSONObject()).keys.allSatisfy { try accepts(.string($0), argument) }
        case "additionalProperties":
            return try (value.objectValue ?? JSONObject()).allSatisfy { key, member in
                try schema["properties"]?[key] != nil || accepts(member, argument)
            }
        default: throw UnknownKeyword(keyword: keyword)
        }
    }

    /// True too if there is nothing that the bound is about.
    private func bound(_ value: Double?, _ limit: JSON, _ holds: (Double, Double) -> Bool) -> Bool {
        guard let value, let limit = limit.numberValue else { return true }
        return holds(value, limit)
    }

    private func isOfType(_ value: JSON, _ type: String) -> Bool {
        switch value {
        case .null: type == "null"
        case .bool: type == "boolean"
        case .integer: type == "integer" || type == "number"
        case .number(let number): type == "number" || (type == "integer" && number == number.rounded())
        case .string: type == "string"
        case .array: type == "array"
        case .object: type == "object"
        }
    }
}
