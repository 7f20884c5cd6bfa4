extension CELEvaluation {
    /// `operand.field`. Of an optional the member is an optional; `.?` makes one of a member that may be missing.
    static func member(
        _ field: String, of operand: CELValue, isOptional: Bool
    ) throws(CELFunctionError) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try found(field, in: inner))
        }
        let value = try found(field, in: operand)
        if isOptional { return .optional(value) }
        guard let value else {
            throw CELFunctionError("no such key: \(CELFunctionError.quoted(field))")
        }
        return value
    }

    static func has(_ field: String, in operand: CELValue) throws(CELFunctionError) -> Bool {
        if case .optional(let inner) = operand {
            guard let inner else { return false }
            return try has(field, in: inner)
        }
        return try found(field, in: operand) != nil
    }

    private static func found(_ field: String, in operand: CELValue) throws(CELFunctionError) -> CELValue? {
        guard case .map(let map) = operand else {
            throw CELFunctionError("\(operand.typeName) has no member \(CELFunctionError.quoted(field))")
        }
        return try map.value(named: field)
    }

    /// `operand[key]`.
    static func element(
        _ key: CELValue, of operand: CELValue, isOptional: Bool
    ) throws(CELFunctionError) -> CELValue {
        if case .optional(let inner) = operand {
            guard let inner else { return .optional(nil) }
            return .optional(try found(key, in: inner))
        }
        let value = try found(key, in: operand)
        if isOptional { return .optional(value) }
        if let value { return value }
        if case .list = operand { throw CELFunctionError("the index is out of range") }
        throw .noKey
    }

    private static func found(_ key: CELValue, in operand: CELValue) throws(CELFunctionError) -> CELValue? {
        switch operand {
        case .list(let list):
            guard case .int(let index)? = key.number?.canonical else { throw .noOverload }
            return index >= 0 && index < list.count ? try list.element(Int(index)) : nil
        case .map(let map):
            // What no map has as a key is in none.
            guard let key = CELKey(key) else { return nil }
            return try map.value(key)
        default: throw .noOverload
        }
    }
}
