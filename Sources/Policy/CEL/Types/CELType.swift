/// A type of CEL, as the checker knows it.
indirect enum CELType: Hashable, Sendable {
    /// To be decided at run time.
    case dyn
    case null, bool, int, uint, double, string, bytes, duration, timestamp
    case list(CELType)
    case map(key: CELType, value: CELType)
    /// A map with known members: the arguments of a call. It is a `map(string, dyn)` where one is wanted.
    case object(CELObjectType)
    case optional(CELType)
    /// The type of a type.
    case type(CELType)
    /// A type that only has a name: `net.IP`.
    case named(String, [CELType])
    /// A parameter of a function's signature.
    case parameter(String)
    /// Not known yet.
    case variable(Int)

    var name: String {
        switch self {
        case .dyn: "dyn"
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .duration: "google.protobuf.Duration"
        case .timestamp: "google.protobuf.Timestamp"
        case .list(let element): "list(\(element.name))"
        case .map(let key, let value): "map(\(key.name), \(value.name))"
        case .object: "object"
        case .optional(let value): "optional(\(value.name))"
        case .type(let type): "type(\(type.name))"
        case .named(let name, let types):
            types.isEmpty ? name : "\(name)(\(types.map(\.name).joined(separator: ", ")))"
        case .parameter(let name): name
        case .variable: "_"
        }
    }
}

/// The members of an object that are known.
struct CELObjectType: Hashable, Sendable {
    var members: [String: CELType]
    /// Whether it may have members that are not known.
    var isOpen: Bool

    init(_ members: [String: CELType], isOpen: Bool = false) {
        self.members = members
        self.isOpen = isOpen
    }
}

extension CELType {
    /// How a value that fits a schema is seen.
    init(_ type: ArgumentType) {
        self =
            switch type {
            case .any: .dyn
            case .null: .null
            case .boolean: .bool
            case .integer: .int
            case .number: .double
            case .string: .string
            case .array(let element): .list(CELType(element))
            case .object(let members, let isOpen, _):
                .object(CELObjectType(members.mapValues { CELType($0) }, isOpen: isOpen))
            }
    }
}
