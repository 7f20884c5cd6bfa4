/// What kind of value a schema allows at a place, as far as an expression over it needs to know.
///
/// ```swift
/// let schema = try CompiledSchema.compile([
///     "type": "object", "required": ["to"], "additionalProperties": false,
///     "properties": ["to": ["type": "string"], "amount": ["type": "number"]],
/// ])
/// schema.argumentType()
/// // .object(["to": .string, "amount": .number], isOpen: false, required: ["to"])
/// ```
///
/// A type never excludes a value that the schema allows: what cannot be said exactly is `any`. That are values of more
/// than one kind (also `["string", "null"]`), schemas that name no type, and schemas within themselves.
package indirect enum ArgumentType: Hashable, Sendable {
    /// Any value, or nothing that could be said: to be decided at run time.
    case any
    case null
    case boolean
    /// A whole number, however it is written: 1.0 is one. May exceed 64 bits.
    case integer
    case number
    case string
    /// An array, with the type of its elements.
    case array(ArgumentType)
    /// An object with the members that are known by name. `isOpen`: it may have others. `required`: what it always has.
    case object([String: ArgumentType], isOpen: Bool, required: Set<String>)
}

extension ArgumentType {
    /// The type at a JSON pointer into a value of this type, as reference tokens; nil if no value has anything there.
    package func type(at pointer: [String]) -> ArgumentType? {
        var type = self
        for token in pointer {
            switch type {
            case .any: return .any
            case .array(let element): type = element
            case .object(let members, let isOpen, _):
                guard let member = members[token] ?? (isOpen ? .any : nil) else { return nil }
                type = member
            case .null, .boolean, .integer, .number, .string: return nil
            }
        }
        return type
    }

    /// The type of values that are of either type.
    func union(_ other: ArgumentType) -> ArgumentType {
        switch (self, other) {
        case (.integer, .number), (.number, .integer): .number
        case (.array(let left), .array(let right)): .array(left.union(right))
        case (.object(let left, let leftOpen, let leftRequired), .object(let right, let rightOpen, let rightRequired)):
            .object(
                left.merging(right) { $0.union($1) }.reduce(into: [:]) { members, member in
                    // What only one side names, the other may have with any value.
                    let isSure =
                        (left[member.key] != nil || !leftOpen) && (right[member.key] != nil || !rightOpen)
                    members[member.key] = isSure ? member.value : .any
                },
                isOpen: leftOpen || rightOpen, required: leftRequired.intersection(rightRequired))
        default: self == other ? self : .any
        }
    }

    /// The type of values that are of both types. Where there are none, nothing can be said.
    func intersection(_ other: ArgumentType) -> ArgumentType {
        switch (self, other) {
        case (.any, let type), (let type, .any): type
        case (.integer, .number), (.number, .integer): .integer
        case (.array(let left), .array(let right)): .array(left.intersection(right))
        case (.object(let left, let leftOpen, let leftRequired), .object(let right, let rightOpen, let rightRequired)):
            .object(
                left.merging(right) { $0.intersection($1) }.filter { name, _ in
                    (leftOpen || left[name] != nil) && (rightOpen || right[name] != nil)
                },
                isOpen: leftOpen && rightOpen, required: leftRequired.union(rightRequired))
        default: self == other ? self : .any
        }
    }

    /// How many types this one is made of, at most `limit`.
    func size(limit: Int) -> Int {
        guard limit > 0 else { return 0 }
        var size = 1
        switch self {
        case .array(let element): size += element.size(limit: limit - size)
        case .object(let members, _, _):
            for (_, member) in members {
                if size >= limit { return limit }
                size += member.size(limit: limit - size)
            }
        case .any, .null, .boolean, .integer, .number, .string: break
        }
        return min(size, limit)
    }
}
