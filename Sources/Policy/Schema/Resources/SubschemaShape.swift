/// How a keyword's operand holds schemas.
struct SubschemaShape: OptionSet {
    let rawValue: UInt8

    /// The operand is a schema.
    static let one = SubschemaShape(rawValue: 1)
    /// It is an array of schemas.
    static let array = SubschemaShape(rawValue: 2)
    /// It is an object whose members are schemas.
    static let members = SubschemaShape(rawValue: 4)

    init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Nil for a keyword that holds none. Keywords of all drafts: which of them a schema has, its dialect says.
    init?(_ keyword: String) {
        switch keyword {
        case "additionalItems", "additionalProperties", "contains", "contentSchema", "else", "if", "not",
            "propertyNames", "then", "unevaluatedItems", "unevaluatedProperties":
            self = .one
        case "allOf", "anyOf", "oneOf", "prefixItems": self = .array
        case "$defs", "definitions", "dependencies", "dependentSchemas", "patternProperties", "properties":
            self = .members
        // One in 2020-12; in draft-07 one, or an array for the first elements.
        case "items": self = [.one, .array]
        default: return nil
        }
    }
}
