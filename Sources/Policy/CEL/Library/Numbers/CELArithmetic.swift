/// Arithmetic on `int` and `uint`: what does not fit into 64 bits is an error, never wrapped. `double` follows IEEE 754
/// and needs no help.
enum CELArithmetic {
    static func add<Integer: FixedWidthInteger>(_ left: Integer, _ right: Integer) throws(CELFunctionError) -> Integer {
        try checked(left.addingReportingOverflow(right))
    }

    static func subtract<Integer: FixedWidthInteger>(
        _ left: Integer, _ right: Integer
    ) throws(CELFunctionError) -> Integer {
        try checked(left.subtractingReportingOverflow(right))
    }

    static func multiply<Integer: FixedWidthInteger>(
        _ left: Integer, _ right: Integer
    ) throws(CELFunctionError) -> Integer {
        try checked(left.multipliedReportingOverflow(by: right))
    }

    /// Cut towards zero.
    static func divide<Integer: FixedWidthInteger>(
        _ left: Integer, _ right: Integer
    ) throws(CELFunctionError) -> Integer {
        if right == 0 { throw CELFunctionError("divide by zero") }
        return try checked(left.dividedReportingOverflow(by: right))
    }

    /// `%`: the remainder has the sign of the left side. The least `int` modulo -1 overflows as its quotient does.
    static func modulo<Integer: FixedWidthInteger>(
        _ left: Integer, _ right: Integer
    ) throws(CELFunctionError) -> Integer {
        if right == 0 { throw CELFunctionError("modulus by zero") }
        return try checked(left.remainderReportingOverflow(dividingBy: right))
    }

    /// Unary minus, of `int` only.
    static func negate(_ value: Int64) throws(CELFunctionError) -> Int64 {
        try subtract(0, value)
    }

    private static func checked<Integer>(
        _ result: (partialValue: Integer, overflow: Bool)
    ) throws(CELFunctionError) -> Integer {
        if result.overflow { throw .integerOverflow }
        return result.partialValue
    }
}
