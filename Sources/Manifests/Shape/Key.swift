import StrictJSON

/// One key of a mapping: its name, its shape and the line that editors show for it.
struct Key<Value: Sendable>: Sendable {
    let name: String
    let isRequired: Bool
    let schema: JSON
    /// What the key's absence means; nil if it may not be absent.
    let absent: Value?
    /// What to do where it has to be there and is not.
    let advice: String?
    let decode: @Sendable (Located, inout Decoding) -> Value?

    fileprivate init(
        _ name: String, _ description: String, schema: JSON, required: Bool, absent: Value?, advice: String? = nil,
        decode: @escaping @Sendable (Located, inout Decoding) -> Value?
    ) {
        var described: JSONObject = ["description": .string(description)]
        for (key, value) in schema.objectValue ?? JSONObject() where key != "description" { described[key] = value }
        self.name = name
        self.isRequired = required
        self.schema = .object(described)
        self.absent = absent
        self.advice = advice
        self.decode = decode
    }
}

/// A key that has to be there.
///
/// - Parameter advice: Said where it is not.
func required<Value>(
    _ name: String, _ shape: Shape<Value>, _ description: String, advice: String? = nil
) -> Key<Value> {
    Key(name, description, schema: shape.schema, required: true, absent: nil, advice: advice) { shape.decode($0, &$1) }
}

/// A key that may be absent.
func optional<Value>(_ name: String, _ shape: Shape<Value>, _ description: String) -> Key<Value?> {
    Key(name, description, schema: shape.schema, required: false, absent: .some(nil)) { located, decoding in
        shape.decode(located, &decoding).map { .some($0) }
    }
}

/// A key whose absence means a certain value. `shown` is that value in the schema.
func optional<Value>(
    _ name: String, _ shape: Shape<Value>, default value: Value, shown: JSON? = nil, _ description: String
) -> Key<Value> {
    let shape = shown.map { shape.describing(["default": $0]) } ?? shape
    return Key(name, description, schema: shape.schema, required: false, absent: value) { shape.decode($0, &$1) }
}
