import Testing

@testable import Policy

@Suite("CEL's numbers never wrap, trap or round in a comparison")
struct CELNumberTests {
    @Test("Integers are added, subtracted, multiplied and divided")
    func arithmetic() throws {
        #expect(try CELArithmetic.add(Int64(42), -7) == 35)
        #expect(try CELArithmetic.subtract(UInt64(42), 12) == 30)
        #expect(try CELArithmetic.multiply(Int64(-30), -2) == 60)
        #expect(try CELArithmetic.divide(Int64(-7), 2) == -3)
        #expect(try CELArithmetic.modulo(Int64(43), -5) == 3)
        #expect(try CELArithmetic.modulo(Int64(-42), -5) == -2)
        #expect(try CELArithmetic.modulo(UInt64(42), 5) == 2)
        #expect(try CELArithmetic.negate(.max) == -.max)
    }

    @Test("What does not fit, or divides by zero, is an error")
    func overflow() {
        let wrong: [() throws -> Void] = [
            { _ = try CELArithmetic.add(Int64.max, 1) }, { _ = try CELArithmetic.add(Int64.min, -1) },
            { _ = try CELArithmetic.subtract(Int64.min, 1) }, { _ = try CELArithmetic.subtract(Int64(1), -.max) },
            { _ = try CELArithmetic.multiply(Int64.min, -1) }, { _ = try CELArithmetic.divide(Int64.min, -1) },
            { _ = try CELArithmetic.modulo(Int64.min, -1) }, { _ = try CELArithmetic.negate(.min) },
            { _ = try CELArithmetic.divide(Int64(15), 0) }, { _ = try CELArithmetic.modulo(Int64(34), 0) },
            { _ = try CELArithmetic.add(UInt64.max, 1) }, { _ = try CELArithmetic.subtract(UInt64(0), 1) },
            { _ = try CELArithmetic.multiply(UInt64(5_000_000_000), 5_000_000_000) },
            { _ = try CELArithmetic.divide(UInt64(15), 0) }, { _ = try CELArithmetic.modulo(UInt64(34), 0) },
        ]
        for operation in wrong { #expect(throws: CELFunctionError.self) { try operation() } }
    }

    @Test(
        "Numbers of all kinds stand on one line",
        arguments: [
            (.int(1), .int(2), -1), (.int(1), .uint(1), 0), (.int(-1), .uint(0), -1), (.int(1), .double(1), 0),
            (.uint(1), .double(1.5), -1), (.double(-0.0), .int(0), 0), (.double(-0.5), .uint(0), -1),
            (.int(.max), .double(0x1p63), 0), (.int(.max), .double(0x1.8p63), -1), (.int(.min), .double(-0x1p63), 0),
            (.int(.min), .double(-0x1.8p63), 1),
            (.uint(.max), .double(0x1p64), -1), (.uint(1 << 63), .double(0x1p63), 0), (.int(.max), .uint(.max), -1),
            (.int(9_007_199_254_740_993), .double(9_007_199_254_740_992), 1),
            (.uint(9_007_199_254_740_993), .double(9_007_199_254_740_992), 1),
            (.int(-2), .double(-1.5), -1), (.int(-1), .double(-1.5), 1), (.int(0), .double(.infinity), -1),
            (.uint(0), .double(-.infinity), 1), (.int(0), .double(.nan), nil), (.uint(0), .double(.nan), nil),
            (.double(.nan), .double(.nan), nil), (.int(0), .double(.leastNonzeroMagnitude), -1),
        ] as [(CELNumeric, CELNumeric, Int?)])
    func order(left: CELNumeric, right: CELNumeric, expected: Int?) {
        #expect(CELNumeric.compare(left, right) == expected)
        #expect(CELNumeric.compare(right, left) == expected.map { -$0 })
        #expect(CELNumeric.equal(left, right) == (expected == 0))
    }

    @Test("Equal numbers share one form")
    func canonical() {
        for number in [.int(7), .uint(7), .double(7)] as [CELNumeric] { #expect("\(number.canonical)" == "int(7)") }
        #expect("\(CELNumeric.double(0x1p63).canonical)" == "uint(9223372036854775808)")
        #expect("\(CELNumeric.double(0x1p64).canonical)" == "double(1.8446744073709552e+19)")
        #expect("\(CELNumeric.double(.nan).canonical)" == "double(nan)")
    }

    @Test(
        "The greatest and the least keep their kind",
        arguments: [
            ([.double(5.4), .int(10), .uint(3), .double(-5)], "int(10)", "double(-5.0)"),
            ([.int(.max), .double(0x1.8p63)], "double(1.3835058055282164e+19)", "int(9223372036854775807)"),
            ([.int(1), .double(1), .uint(1)], "int(1)", "int(1)"),
            ([.uint(1), .double(.infinity), .double(-.infinity)], "double(inf)", "double(-inf)"),
        ] as [([CELNumeric], String, String)])
    func extremes(numbers: [CELNumeric], greatest: String, least: String) throws {
        #expect("\(try CELMath.greatest(numbers))" == greatest)
        #expect("\(try CELMath.least(numbers))" == least)
    }

    @Test(
        "Nothing and NaN have no greatest",
        arguments: [[], [.double(.nan)], [.int(1), .double(.nan)]] as [[CELNumeric]])
    func noExtreme(numbers: [CELNumeric]) {
        #expect(throws: CELFunctionError.self) { try CELMath.greatest(numbers) }
        #expect(throws: CELFunctionError.self) { try CELMath.least(numbers) }
    }

    @Test("Doubles are rounded, tested, and numbers have a magnitude and a sign")
    func math() throws {
        #expect(CELMath.ceil(-1.2) == -1 && CELMath.floor(-1.2) == -2 && CELMath.trunc(-1.2) == -1)
        #expect([-1.6, -1.5, -1.4, 1.2, 1.5, 2.5].map(CELMath.round) == [-2, -2, -1, 1, 2, 3])
        #expect(CELMath.round(.nan).isNaN && CELMath.trunc(.nan).isNaN)
        #expect(CELMath.isInf(-.infinity) && !CELMath.isInf(.nan) && CELMath.isNaN(.nan) && !CELMath.isFinite(.nan))
        #expect(try "\(CELMath.abs(.int(-11)))" == "int(11)")
        #expect(try "\(CELMath.abs(.double(-1.5)))" == "double(1.5)")
        #expect(throws: CELFunctionError.self) { try CELMath.abs(.int(.min)) }
        #expect("\(CELMath.sign(.int(-11)))" == "int(-1)" && "\(CELMath.sign(.uint(0)))" == "uint(0)")
        #expect("\(CELMath.sign(.double(-32)))" == "double(-1.0)" && "\(CELMath.sign(.double(.nan)))" == "double(nan)")
        #expect(CELMath.sqrt(.int(81)) == 9 && CELMath.sqrt(.int(-1)).isNaN && CELMath.sqrt(.uint(4)) == 2)
    }

    @Test("Bits are combined and shifted without traps")
    func bits() throws {
        #expect(CELBits.and(Int64(1), -1) == 1 && CELBits.or(Int64(4), -2) == -2 && CELBits.xor(Int64(4), -2) == -6)
        #expect(CELBits.not(Int64(1)) == -2 && CELBits.not(UInt64(0)) == .max)
        #expect(try CELBits.shiftLeft(Int64(1), by: 2) == 4 && CELBits.shiftLeft(Int64(-1), by: 200) == 0)
        #expect(try CELBits.shiftLeft(UInt64(1), by: 64) == 0 && CELBits.shiftLeft(Int64(1), by: 63) == .min)
        #expect(try CELBits.shiftRight(Int64(-1024), by: 3) == 2_305_843_009_213_693_824)
        #expect(try CELBits.shiftRight(Int64(-1024), by: 64) == 0 && CELBits.shiftRight(UInt64(1024), by: .max) == 0)
        #expect(throws: CELFunctionError.self) { try CELBits.shiftLeft(UInt64(1), by: -1) }
        #expect(throws: CELFunctionError.self) { try CELBits.shiftRight(Int64(1), by: .min) }
    }
}
