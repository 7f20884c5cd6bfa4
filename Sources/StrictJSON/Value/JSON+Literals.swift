extension JSON: ExpressibleByNilLiteral {
    /// `nil` is `null`.
    public init(nilLiteral: ()) { self = .null }
}

extension JSON: ExpressibleByBooleanLiteral {
    /// `true` or `false`.
    public init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByIntegerLiteral {
    /// An integer of 64 bits.
    public init(integerLiteral value: Int64) { self = .integer(value) }
}

extension JSON: ExpressibleByFloatLiteral {
    /// A double.
    public init(floatLiteral value: Double) { self = .number(value) }
}

extension JSON: ExpressibleByStringLiteral {
    /// A string.
    public init(stringLiteral value: String) { self = .string(value) }
}

extension JSON: ExpressibleByStringInterpolation {}

extension JSON: ExpressibleByArrayLiteral {
    /// An array.
    public init(arrayLiteral elements: JSON...) { self = .array(elements) }
}

extension JSON: ExpressibleByDictionaryLiteral {
    /// An object with its members in the order written. A key written twice is a programmer's error and stops.
    public init(dictionaryLiteral members: (String, JSON)...) { self = .object(JSONObject(uniqueMembers: members)) }
}

extension JSONObject: ExpressibleByDictionaryLiteral {
    /// An object with its members in the order written. A key written twice is a programmer's error and stops.
    public init(dictionaryLiteral members: (String, JSON)...) { self.init(uniqueMembers: members) }
}
