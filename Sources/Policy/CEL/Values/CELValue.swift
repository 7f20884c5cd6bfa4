import StrictJSON

/// A value of CEL. Lists and maps that come from JSON are read where they are asked for: to bind the arguments of a call
/// costs nothing.
indirect enum CELValue: Sendable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
    case duration(CELDuration)
    case timestamp(CELTimestamp)
    case list(CELList)
    case map(CELMap)
    /// A type as a value, by its name.
    case type(String)
    /// The value of an optional; nil in an empty one.
    case optional(CELValue?)
    case address(CELIP)
    case network(CELCIDR)

    /// What `type(value)` names.
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
        case .list: "list"
        case .map: "map"
        case .type: "type"
        case .optional: "optional_type"
        case .address: CELIP.typeName
        case .network: CELCIDR.typeName
        }
    }

    /// The value as a number; nil if it is none.
    var number: CELNumeric? {
        switch self {
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        default: nil
        }
    }

    init(_ number: CELNumeric) {
        self =
            switch number {
            case .int(let value): .int(value)
            case .uint(let value): .uint(value)
            case .double(let value): .double(value)
            }
    }
}
