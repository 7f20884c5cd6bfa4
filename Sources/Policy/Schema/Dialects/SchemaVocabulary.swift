/// Keywords that come together, by the names of draft 2020-12.
enum SchemaVocabulary: String, CaseIterable {
    case core, applicator, unevaluated, validation, content
    case metaData = "meta-data"
    case formatAnnotation = "format-annotation"
    case formatAssertion = "format-assertion"

    private static let prefix = "https://json-schema.org/draft/2020-12/vocab/"

    /// The vocabulary of a URI, if this build has it.
    init?(uri: String) {
        guard uri.hasPrefix(Self.prefix) else { return nil }
        self.init(rawValue: String(uri.dropFirst(Self.prefix.count)))
    }

    var keywords: Set<String> {
        switch self {
        case .core:
            [
                "$id", "$schema", "$ref", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "$comment",
                "$defs",
            ]
        case .applicator:
            [
                "prefixItems", "items", "contains", "properties", "patternProperties", "additionalProperties",
                "propertyNames", "dependentSchemas", "if", "then", "else", "allOf", "anyOf", "oneOf", "not",
            ]
        case .unevaluated: ["unevaluatedItems", "unevaluatedProperties"]
        case .validation:
            [
                "type", "const", "enum", "multipleOf", "maximum", "exclusiveMaximum", "minimum", "exclusiveMinimum",
                "maxLength", "minLength", "pattern", "maxItems", "minItems", "uniqueItems", "maxContains",
                "minContains", "maxProperties", "minProperties", "required", "dependentRequired",
            ]
        case .content: ["contentEncoding", "contentMediaType", "contentSchema"]
        case .metaData: ["title", "description", "default", "deprecated", "readOnly", "writeOnly", "examples"]
        case .formatAnnotation, .formatAssertion: ["format"]
        }
    }
}
