import Diagnostics
import Manifests
import StrictJSON

/// A schema of OpenAPI as one of JSON Schema 2020-12 without references.
struct SchemaConversion {
    private static let deepest = 24

    /// What says something to people or programs that make clients, and nothing of which values are valid.
    private static let dropped: Set<String> = [
        "example", "examples", "deprecated", "xml", "externalDocs", "readOnly", "writeOnly", "discriminator",
        "nullable",
        "$schema", "$id", "$comment", "$anchor",
    ]
    private static let schemas: Set<String> = [
        "items", "additionalProperties", "not", "contains", "propertyNames", "if", "then", "else",
        "unevaluatedProperties", "unevaluatedItems",
    ]
    private static let lists: Set<String> = ["allOf", "anyOf", "oneOf", "prefixItems"]
    private static let mappings: Set<String> = ["properties", "patternProperties", "dependentSchemas"]
    private static let values: Set<String> = [
        "type", "enum", "const", "required", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf",
        "minLength", "maxLength", "pattern", "minItems", "maxItems", "uniqueItems", "minProperties", "maxProperties",
        "default", "title", "description", "dependentRequired", "minContains", "maxContains", "format",
        "contentEncoding", "contentMediaType",
    ]

    /// Nil is on record.
    static func convert(_ place: Located, _ key: String, in description: inout Description, depth: Int = 0) -> JSON? {
        guard depth < deepest else {
            description.refuse(
                place, key, "the schema contains itself, or is nested more than \(deepest) levels deep",
                "a tool's schema stands on its own: choose another operation")
            return nil
        }
        if case .scalar(.bool(let value)) = place.content { return .bool(value) }
        guard let schema = description.resolve(place, key) else { return nil }
        guard case .object = schema.content else {
            description.refuse(schema, key, "a schema has to be a mapping")
            return nil
        }
        var result = JSONObject()
        for member in schema.entries where !dropped.contains(member.key) && !member.key.hasPrefix("x-") {
            let inner = "\(key).\(member.key)"
            if schemas.contains(member.key) {
                result[member.key] = convert(member.value, inner, in: &description, depth: depth + 1)
            } else if lists.contains(member.key) {
                result[member.key] = .array(
                    member.value.list.compactMap { convert($0, inner, in: &description, depth: depth + 1) })
            } else if mappings.contains(member.key) {
                var object = JSONObject()
                for property in member.value.entries {
                    object[property.key] = convert(
                        property.value, "\(inner).\(property.key)", in: &description, depth: depth + 1)
                }
                result[member.key] = .object(object)
            } else if values.contains(member.key) {
                result[member.key] = member.value.json
            } else {
                description.refuse(
                    member.value, inner, "the keyword \(VisibleText.quoted(member.key)) is not understood")
            }
        }
        if description.isVersion30 { modernise(&result, schema) }
        return .object(result)
    }

    /// What 3.0 says otherwise (OpenAPI 3.0.3, 4.7.24).
    private static func modernise(_ schema: inout JSONObject, _ source: Located) {
        for (limit, word) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
            guard let isExclusive = schema[word]?.boolValue else { continue }
            schema[word] = isExclusive ? schema[limit] : nil
            if isExclusive { schema[limit] = nil }
        }
        guard source["nullable"]?.json == true else { return }
        if let type = schema["type"]?.stringValue { schema["type"] = [.string(type), "null"] }
        if let values = schema["enum"]?.arrayValue, !values.contains(.null) {
            schema["enum"] = .array(values + [.null])
        }
    }
}
