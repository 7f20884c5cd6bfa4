/// A value without parts, as `format` and the text forms of values need it. The evaluator goes through lists and maps.
enum CELLeaf: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case duration(CELDuration)
    case timestamp(CELTimestamp)
    /// A type as a value, by its name.
    case type(String)
    /// A value of a type that only has a name here.
    case other(typeName: String)

    /// As `type(x)` names it.
    var typeName: String {
        switch self {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .duration: "google.protobuf.Duration"
        case .timestamp: "google.protobuf.Timestamp"
        case .type: "type"
        case .other(let name): name
        }
    }
}
