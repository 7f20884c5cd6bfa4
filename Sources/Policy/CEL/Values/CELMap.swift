import StrictJSON

/// The entries of a map, in the order in which they were written.
enum CELMap: Sendable {
    case entries(CELEntries)
    /// Read where they are asked for, each as the type of an object says.
    case json(JSONObject, ArgumentType)

    var count: Int {
        switch self {
        case .entries(let entries): entries.list.count
        case .json(let members, _): members.count
        }
    }

    /// The value of a key; nil if there is none.
    func value(_ key: CELKey) throws(CELFunctionError) -> CELValue? {
        switch self {
        case .entries(let entries):
            return entries.value(key)
        case .json(let members, let type):
            guard case .text(let name) = key, let member = members[name.text] else { return nil }
            return try CELValue(member, as: type.member(name.text))
        }
    }

    /// The value of a key that is a text.
    func value(named name: String) throws(CELFunctionError) -> CELValue? {
        if case .json(let members, let type) = self {
            guard let member = members[name] else { return nil }
            return try CELValue(member, as: type.member(name))
        }
        return try value(.text(TextKey(name)))
    }

    /// Every key, in order.
    func keys() -> [CELValue] {
        switch self {
        case .entries(let entries): entries.list.map(\.key)
        case .json(let members, _): members.keys.map { .string($0) }
        }
    }
}

extension ArgumentType {
    /// How the member of an object is to be read.
    fileprivate func member(_ name: String) -> ArgumentType {
        guard case .object(let members, _, _) = self else { return .any }
        return members[name] ?? .any
    }
}

/// Entries with an index.
struct CELEntries: Sendable {
    private(set) var list: [(key: CELValue, value: CELValue)] = []
    private var index: [CELKey: Int] = [:]

    func value(_ key: CELKey) -> CELValue? { index[key].map { list[$0].value } }

    /// - Throws: for a key that cannot be one, and for one that is there already.
    mutating func add(_ key: CELValue, _ value: CELValue) throws(CELFunctionError) {
        // A double may be asked for, but a literal's keys are bools, ints, uints and strings.
        if case .double = key { throw CELFunctionError("unsupported key type: double") }
        guard let found = CELKey(key) else { throw CELFunctionError("unsupported key type: \(key.typeName)") }
        guard index.updateValue(list.count, forKey: found) == nil else {
            throw CELFunctionError("repeated key in a map")
        }
        list.append((key, value))
    }
}

/// A value as the key of a map: equal numbers are one key, and texts are compared by their bytes.
enum CELKey: Hashable, Sendable {
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(UInt64)
    case text(TextKey)

    /// Nil for a value that no map has as a key.
    init?(_ value: CELValue) {
        switch value {
        case .bool(let value): self = .bool(value)
        case .string(let text): self = .text(TextKey(text))
        case .int, .uint, .double:
            switch value.number?.canonical {
            case .int(let value): self = .int(value)
            case .uint(let value): self = .uint(value)
            case .double(let value): self = .double(value.bitPattern)
            case nil: return nil
            }
        default: return nil
        }
    }
}
