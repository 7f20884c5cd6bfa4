extension CELFunctions {
    /// The extension `math`.
    static func addMath(_ functions: inout CELFunctions) {
        // Any number of numbers, or one list of them: the checker knows these by themselves.
        functions.add("math.greatest", count: nil) { (values, budget) throws(CELFunctionError) -> CELValue in
            CELValue(try CELMath.greatest(try numbers(values, &budget)))
        }
        functions.add("math.least", count: nil) { (values, budget) throws(CELFunctionError) -> CELValue in
            CELValue(try CELMath.least(try numbers(values, &budget)))
        }
        let roundings: [(String, @Sendable (Double) -> Double)] = [
            ("ceil", { CELMath.ceil($0) }), ("floor", { CELMath.floor($0) }), ("round", { CELMath.round($0) }),
            ("trunc", { CELMath.trunc($0) }),
        ]
        for (name, rounding) in roundings {
            functions.add("math.\(name)", .init(.double, returns: .double)) {
                (value, _) throws(CELFunctionError) -> CELValue in .double(rounding(try double(value)))
            }
        }
        let tests: [(String, @Sendable (Double) -> Bool)] = [
            ("isInf", { CELMath.isInf($0) }), ("isNaN", { CELMath.isNaN($0) }), ("isFinite", { CELMath.isFinite($0) }),
        ]
        for (name, test) in tests {
            functions.add("math.\(name)", .init(.double, returns: .bool)) {
                (value, _) throws(CELFunctionError) -> CELValue in .bool(test(try double(value)))
            }
        }
        for name in ["abs", "sign"] {
            functions.add(
                "math.\(name)", .init(.int, returns: .int), .init(.uint, returns: .uint),
                .init(.double, returns: .double)
            ) { (value, _) throws(CELFunctionError) -> CELValue in
                guard let number = value.number else { throw .noOverload }
                return CELValue(name == "abs" ? try CELMath.abs(number) : CELMath.sign(number))
            }
        }
        functions.add(
            "math.sqrt", .init(.int, returns: .double), .init(.uint, returns: .double), .init(.double, returns: .double)
        ) { (value, _) throws(CELFunctionError) -> CELValue in
            guard let number = value.number else { throw .noOverload }
            return .double(CELMath.sqrt(number))
        }
        addBits(&functions)
    }

    private static func double(_ value: CELValue) throws(CELFunctionError) -> Double {
        guard case .double(let value) = value else { throw .noOverload }
        return value
    }

    private static func numbers(
        _ values: [CELValue], _ budget: inout CELBudget
    ) throws(CELFunctionError) -> [CELNumeric] {
        var values = values
        if values.count == 1, case .list(let list) = values[0] { values = try list.all() }
        try budget.charge(values.count)
        var numbers: [CELNumeric] = []
        for value in values {
            guard let number = value.number else { throw .noOverload }
            numbers.append(number)
        }
        return numbers
    }

    private static func addBits(_ functions: inout CELFunctions) {
        let operations: [(String, @Sendable (Int64, Int64) -> Int64, @Sendable (UInt64, UInt64) -> UInt64)] = [
            ("bitAnd", { CELBits.and($0, $1) }, { CELBits.and($0, $1) }),
            ("bitOr", { CELBits.or($0, $1) }, { CELBits.or($0, $1) }),
            ("bitXor", { CELBits.xor($0, $1) }, { CELBits.xor($0, $1) }),
        ]
        for (name, signed, unsigned) in operations {
            functions.add("math.\(name)", .init(.int, .int, returns: .int), .init(.uint, .uint, returns: .uint)) {
                (left, right, _) throws(CELFunctionError) -> CELValue in
                switch (left, right) {
                case (.int(let left), .int(let right)): .int(signed(left, right))
                case (.uint(let left), .uint(let right)): .uint(unsigned(left, right))
                default: throw .noOverload
                }
            }
        }
        functions.add("math.bitNot", .init(.int, returns: .int), .init(.uint, returns: .uint)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .int(let value): .int(CELBits.not(value))
            case .uint(let value): .uint(CELBits.not(value))
            default: throw .noOverload
            }
        }
        for name in ["bitShiftLeft", "bitShiftRight"] {
            let isLeft = name == "bitShiftLeft"
            functions.add("math.\(name)", .init(.int, .int, returns: .int), .init(.uint, .int, returns: .uint)) {
                (value, offset, _) throws(CELFunctionError) -> CELValue in
                guard case .int(let offset) = offset else { throw .noOverload }
                switch value {
                case .int(let value):
                    return .int(
                        try isLeft ? CELBits.shiftLeft(value, by: offset) : CELBits.shiftRight(value, by: offset))
                case .uint(let value):
                    return .uint(
                        try isLeft ? CELBits.shiftLeft(value, by: offset) : CELBits.shiftRight(value, by: offset))
                default: throw .noOverload
                }
            }
        }
    }
}
