import StrictJSON

/// What a tool's input schema says of one argument, as far as it is said at that place and by itself.
///
/// Everything here is a necessary condition: what it rules out no valid call has. What the schema says elsewhere, or by
/// patterns and combinations, a witness is checked against as a whole.
struct SchemaFacts: Sendable {
    private let node: JSON
    private let plain: CompiledSchema?
    /// Every call has the argument.
    let isAlwaysThere: Bool
    /// No call has it.
    let isNeverThere: Bool

    /// Nothing is known.
    static let none = SchemaFacts(node: .bool(true), isAlwaysThere: false, isNeverThere: false)

    /// Keywords whose answer is the same for all values of a class, because their values are among those that part the
    /// classes.
    private static let plainKeywords = [
        "type", "enum", "const", "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "minLength",
        "maxLength", "minItems", "maxItems", "minProperties", "maxProperties",
    ]

    private init(node: JSON, isAlwaysThere: Bool, isNeverThere: Bool) {
        self.node = node
        self.isAlwaysThere = isAlwaysThere
        self.isNeverThere = isNeverThere
        var keywords = JSONObject()
        for keyword in Self.plainKeywords { keywords[keyword] = node[keyword] }
        plain = keywords.isEmpty ? nil : try? CompiledSchema.compile(.object(keywords))
    }

    init(_ schema: CompiledSchema, at pointer: [String]) {
        var node: JSON? = schema.source
        var isAlwaysThere = true
        for (depth, token) in pointer.enumerated() {
            let parent = node
            node = parent?["properties"]?[token]
            let isRequired = parent?["required"]?.arrayValue?.contains(.string(token)) ?? false
            // The registry fills in the defaults of the arguments themselves before it decides.
            let hasDefault = depth == 0 && node?["default"] != nil
            let isObject = depth == 0 || parent?["type"] == "object"
            isAlwaysThere = isAlwaysThere && isObject && (isRequired || hasDefault)
        }
        self.init(
            node: node ?? .bool(true), isAlwaysThere: isAlwaysThere && !pointer.isEmpty,
            isNeverThere: !schema.canHave(pointer))
    }

    /// What is known of the elements, if the argument is an array.
    var elements: SchemaFacts {
        SchemaFacts(node: node["items"] ?? .bool(true), isAlwaysThere: true, isNeverThere: false)
    }

    /// A value that an element may have, if the argument is an array.
    var element: JSON { SchemaSample.value(of: node["items"] ?? .bool(true)) ?? 1 }

    /// False if no valid call has the value there.
    func permits(_ value: JSON) -> Bool { plain?.accepts(value) ?? true }

    /// False if every valid value of the type and length is one that the schema lists, or there is none.
    func permitsOthers(_ type: String, _ length: Int) -> Bool {
        guard values == nil else { return false }
        let types = node["type"]?.stringValue.map { [$0] } ?? node["type"]?.arrayValue?.compactMap(\.stringValue)
        guard types?.contains(type) ?? true else { return false }
        let words = ["string": "Length", "array": "Items", "object": "Properties"]
        guard let word = words[type] else { return true }
        let bounds = lengths("min" + word, "max" + word)
        return length >= (bounds[0] ?? 0) && length <= (bounds[1] ?? .max)
    }

    /// All values, if the schema lists them.
    var values: [JSON]? { node["const"].map { [$0] } ?? node["enum"]?.arrayValue }

    /// Values that the schema mentions.
    var mentioned: [JSON] {
        (values ?? []) + [node["default"]].compactMap(\.self) + (node["examples"]?.arrayValue ?? []).prefix(16)
    }

    func numbers(_ keywords: String...) -> [ExactNumber] {
        keywords.compactMap { node[$0].flatMap { ExactNumber($0) } }
    }

    func lengths(_ keywords: String...) -> [Int?] {
        keywords.map { node[$0]?.integerValue.flatMap { Int(exactly: $0) } }
    }
}
