import StrictJSON

/// Takes the members of an object one by one, checks their types, and keeps the rest.
package struct MemberReader {
    /// What has not been taken.
    package private(set) var rest: JSONObject
    private let owner: String

    init(_ members: JSONObject, of owner: String) {
        rest = members
        self.owner = owner
    }

    /// Takes a member of any type, null too.
    mutating func optional(_ key: String) -> JSON? {
        guard let value = rest[key] else { return nil }
        rest[key] = nil
        return value
    }

    mutating func required(_ key: String) throws(MCPError) -> JSON {
        guard let value = optional(key) else {
            throw MCPError.invalidParameters("\(owner) has no `\(key)`")
        }
        return value
    }

    mutating func optionalString(_ key: String) throws(MCPError) -> String? {
        try optional(key, "a string") { $0.stringValue }
    }

    mutating func string(_ key: String) throws(MCPError) -> String {
        try checked(try required(key), key, "a string") { $0.stringValue }
    }

    mutating func optionalInteger(_ key: String) throws(MCPError) -> Int64? {
        try optional(key, "an integer") { $0.integerValue }
    }

    mutating func integer(_ key: String) throws(MCPError) -> Int64 {
        try checked(try required(key), key, "an integer") { $0.integerValue }
    }

    mutating func optionalNumber(_ key: String) throws(MCPError) -> JSON? {
        try optional(key, "a number", Self.number)
    }

    mutating func number(_ key: String) throws(MCPError) -> JSON {
        try checked(try required(key), key, "a number", Self.number)
    }

    /// The number as it was written. Not a ternary with `nil`: JSON has a nil literal of its own, null.
    private static func number(_ json: JSON) -> JSON? {
        switch json {
        case .integer, .number: return json
        default: return .none
        }
    }

    mutating func optionalBool(_ key: String) throws(MCPError) -> Bool? {
        try optional(key, "true or false") { $0.boolValue }
    }

    mutating func optionalID(_ key: String) throws(MCPError) -> RPCID? {
        try optional(key, "a short string or an integer", RPCID.init)
    }

    mutating func id(_ key: String) throws(MCPError) -> RPCID {
        try checked(try required(key), key, "a short string or an integer", RPCID.init)
    }

    mutating func optionalObject(_ key: String) throws(MCPError) -> JSONObject? {
        try optional(key, "an object") { $0.objectValue }
    }

    mutating func object(_ key: String) throws(MCPError) -> JSONObject {
        try checked(try required(key), key, "an object") { $0.objectValue }
    }

    mutating func array(_ key: String) throws(MCPError) -> [JSON] {
        try checked(try required(key), key, "an array") { $0.arrayValue }
    }

    mutating func strings(_ key: String) throws(MCPError) -> [String] {
        var texts: [String] = []
        for element in try array(key) {
            texts.append(try checked(element, key, "an array of strings") { $0.stringValue })
        }
        return texts
    }

    mutating func optionalValue<Value: WireValue>(_ key: String) throws(MCPError) -> Value? {
        guard let json = optional(key) else { return nil }
        return try Value(wire: json)
    }

    private mutating func optional<Value>(
        _ key: String, _ expected: String, _ convert: (JSON) -> Value?
    ) throws(MCPError) -> Value? {
        guard let json = optional(key) else { return nil }
        return try checked(json, key, expected, convert)
    }

    private func checked<Value>(
        _ json: JSON, _ key: String, _ expected: String, _ convert: (JSON) -> Value?
    ) throws(MCPError) -> Value {
        guard let value = convert(json) else {
            throw MCPError.invalidParameters("`\(key)` of \(owner) is not \(expected)")
        }
        return value
    }
}
