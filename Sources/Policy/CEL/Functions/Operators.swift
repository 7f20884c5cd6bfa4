extension CELFunctions {
    private typealias Arithmetic = CELArithmetic

    /// `+ - * / %`, unary minus and `!`.
    static func addOperators(_ functions: inout CELFunctions) {
        let numbers: [CELSignature] = [
            .init(.int, .int, returns: .int), .init(.uint, .uint, returns: .uint),
            .init(.double, .double, returns: .double),
        ]
        let list = CELType.list(.parameter("A"))
        functions.add(
            "_+_", numbers[0], numbers[1], numbers[2], .init(.string, .string, returns: .string),
            .init(.bytes, .bytes, returns: .bytes), .init(list, list, returns: list),
            .init(.timestamp, .duration, returns: .timestamp), .init(.duration, .timestamp, returns: .timestamp),
            .init(.duration, .duration, returns: .duration), two: add)
        functions.add(
            "_-_", numbers[0], numbers[1], numbers[2], .init(.timestamp, .timestamp, returns: .duration),
            .init(.timestamp, .duration, returns: .timestamp), .init(.duration, .duration, returns: .duration),
            two: subtract)
        functions.add("_*_", numbers[0], numbers[1], numbers[2]) {
            (left, right, _) throws(CELFunctionError) -> CELValue in
            switch (left, right) {
            case (.int(let left), .int(let right)): .int(try Arithmetic.multiply(left, right))
            case (.uint(let left), .uint(let right)): .uint(try Arithmetic.multiply(left, right))
            case (.double(let left), .double(let right)): .double(left * right)
            default: throw .noOverload
            }
        }
        functions.add("_/_", numbers[0], numbers[1], numbers[2]) {
            (left, right, _) throws(CELFunctionError) -> CELValue in
            switch (left, right) {
            case (.int(let left), .int(let right)): .int(try Arithmetic.divide(left, right))
            case (.uint(let left), .uint(let right)): .uint(try Arithmetic.divide(left, right))
            case (.double(let left), .double(let right)): .double(left / right)
            default: throw .noOverload
            }
        }
        functions.add("_%_", numbers[0], numbers[1]) { (left, right, _) throws(CELFunctionError) -> CELValue in
            switch (left, right) {
            case (.int(let left), .int(let right)): .int(try Arithmetic.modulo(left, right))
            case (.uint(let left), .uint(let right)): .uint(try Arithmetic.modulo(left, right))
            default: throw .noOverload
            }
        }
        functions.add("-_", .init(.int, returns: .int), .init(.double, returns: .double)) {
            (value, _) throws(CELFunctionError) -> CELValue in
            switch value {
            case .int(let value): .int(try Arithmetic.negate(value))
            case .double(let value): .double(-value)
            default: throw .noOverload
            }
        }
        functions.add("!_", .init(.bool, returns: .bool)) { (value, _) throws(CELFunctionError) -> CELValue in
            guard case .bool(let value) = value else { throw .noOverload }
            return .bool(!value)
        }
    }

    @Sendable
    private static func add(
        _ left: CELValue, _ right: CELValue, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        switch (left, right) {
        case (.int(let left), .int(let right)): return .int(try Arithmetic.add(left, right))
        case (.uint(let left), .uint(let right)): return .uint(try Arithmetic.add(left, right))
        case (.double(let left), .double(let right)): return .double(left + right)
        case (.string(let left), .string(let right)):
            try budget.charge(bytes: left.utf8.count + right.utf8.count)
            return .string(try CELText.concatenate(left, right, maximumBytes: budget.maximumBytes))
        case (.bytes(let left), .bytes(let right)):
            try budget.charge(bytes: left.count + right.count)
            return .bytes(try CELText.concatenate(left, right, maximumBytes: budget.maximumBytes))
        case (.list(let left), .list(let right)):
            try budget.charge(left.count + right.count)
            return .list(.values(try left.all() + right.all()))
        case (.timestamp(let left), .duration(let right)): return .timestamp(try .add(left, right))
        case (.duration(let left), .timestamp(let right)): return .timestamp(try .add(right, left))
        case (.duration(let left), .duration(let right)): return .duration(try .add(left, right))
        default: throw .noOverload
        }
    }

    @Sendable
    private static func subtract(
        _ left: CELValue, _ right: CELValue, _ budget: inout CELBudget
    ) throws(CELFunctionError) -> CELValue {
        switch (left, right) {
        case (.int(let left), .int(let right)): .int(try Arithmetic.subtract(left, right))
        case (.uint(let left), .uint(let right)): .uint(try Arithmetic.subtract(left, right))
        case (.double(let left), .double(let right)): .double(left - right)
        case (.timestamp(let left), .timestamp(let right)): .duration(try CELTimestamp.subtract(left, right))
        case (.timestamp(let left), .duration(let right)): .timestamp(try CELTimestamp.subtract(left, right))
        case (.duration(let left), .duration(let right)): .duration(try CELDuration.subtract(left, right))
        default: throw .noOverload
        }
    }
}
