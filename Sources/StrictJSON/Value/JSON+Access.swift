extension JSON {
    /// The text, if the value is a string.
    public var stringValue: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The number, if it is an integer of 64 bits, however it was written: `1`, `1.0` or `1e0`.
    public var integerValue: Int64? {
        switch self {
        case .integer(let value): value
        case .number(let value): ExactInteger.of(value)
        default: nil
        }
    }

    /// The number as a double, if the value is a number. An integer above 2^53 is rounded.
    public var numberValue: Double? {
        switch self {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    /// The truth value, if the value is one.
    public var boolValue: Bool? {
        if case .bool(let value) = self { value } else { nil }
    }

    /// The elements, if the value is an array.
    public var arrayValue: [JSON]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// The object, if the value is one.
    public var objectValue: JSONObject? {
        if case .object(let value) = self { value } else { nil }
    }

    /// True for `null`.
    public var isNull: Bool {
        if case .null = self { true } else { false }
    }

    /// The member named `key`; nil if there is none or the value is not an object.
    public subscript(key: String) -> JSON? {
        if case .object(let value) = self { value[key] } else { nil }
    }

    /// The element at `index`; nil if there is none or the value is not an array.
    public subscript(index: Int) -> JSON? {
        guard case .array(let value) = self, value.indices.contains(index) else { return nil }
        return value[index]
    }

    /// The value that the reference tokens of an RFC 6901 pointer lead to. A token selects a member of an object, or
    /// the element of an array if it is an index as the RFC writes it (no sign, no leading zero).
    public func value(at pointer: [String]) -> JSON? {
        var current = self
        for token in pointer {
            let next: JSON? =
                switch current {
                case .object(let object): object[token]
                case .array: JSON.arrayIndex(token).flatMap { current[$0] }
                default: nil
                }
            guard let next else { return nil }
            current = next
        }
        return current
    }

    private static func arrayIndex(_ token: String) -> Int? {
        let digits = token.utf8
        guard let first = digits.first, digits.count <= 18,
            digits.allSatisfy({ UInt8(ascii: "0") <= $0 && $0 <= UInt8(ascii: "9") }),
            first != UInt8(ascii: "0") || digits.count == 1
        else { return nil }
        return Int(token)
    }
}
