extension CELFunctions {
    /// Optional values. Their syntax is the parser's, and what it means the evaluator's.
    static func addOptionals(_ functions: inout CELFunctions) {
        let any = CELType.parameter("A")
        let optional = CELType.optional(any)
        functions.add("optional.none", .init(returns: optional)) { .optional(nil) }
        functions.add("optional.of", .init(any, returns: optional)) { (value, _) throws(CELFunctionError) -> CELValue in
            .optional(value)
        }
        functions.add("optional.ofNonZeroValue", .init(any, returns: optional)) {
            (value, _) throws(CELFunctionError) -> CELValue in .optional(value.isZero ? nil : value)
        }
        functions.add("hasValue", isMember: true, .init(optional, returns: .bool)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .optional(let value) = value else { throw .noOverload }
            return .bool(value != nil)
        }
        functions.add("value", isMember: true, .init(optional, returns: any)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            guard case .optional(let value) = value else { throw .noOverload }
            guard let value else { throw CELFunctionError("the optional has no value") }
            return value
        }
        functions.add("or", isMember: true, .init(optional, optional, returns: optional)) {
            (value, other, _) throws(CELFunctionError) -> CELValue in
            guard case .optional(let inner) = value, case .optional = other else { throw .noOverload }
            return inner == nil ? other : value
        }
        functions.add("orValue", isMember: true, .init(optional, any, returns: any)) {
            (value, other, _) throws(CELFunctionError) -> CELValue in
            guard case .optional(let value) = value else { throw .noOverload }
            return value ?? other
        }
    }
}

extension CELValue {
    /// The value that a field has which was never set.
    fileprivate var isZero: Bool {
        switch self {
        case .null: true
        case .bool(let value): !value
        case .int(let value): value == 0
        case .uint(let value): value == 0
        case .double(let value): value == 0
        case .string(let text): text.isEmpty
        case .bytes(let bytes): bytes.isEmpty
        case .duration(let duration): duration.totalNanoseconds == 0
        case .list(let list): list.count == 0
        case .map(let map): map.count == 0
        case .optional(let value): value == nil
        case .timestamp, .type, .address, .network: false
        }
    }
}
