import Testing

@testable import Policy

@Suite("A conversion keeps the value or is an error")
struct CELConversionTests {
    @Test(
        "Doubles become integers, cut towards zero",
        arguments: [
            (-123.456, -123, nil), (1.9, 1, 1), (-7.9, -7, nil), (0.5, 0, 0), (-0.0, 0, 0), (-0.5, 0, nil),
            (0x1p63, nil, 1 << 63), (-0x1p63, nil, nil), (-0x1.fffffffffffffp62, -9_223_372_036_854_774_784, nil),
            (0x1p64, nil, nil), (1e99, nil, nil), (.nan, nil, nil), (.infinity, nil, nil), (-.infinity, nil, nil),
            (36_028_797_018_963_968, 36_028_797_018_963_968, 36_028_797_018_963_968),
        ] as [(Double, Int64?, UInt64?)])
    func integers(value: Double, int: Int64?, uint: UInt64?) {
        #expect((try? CELConversion.int(value)) == int)
        #expect((try? CELConversion.uint(value)) == uint)
    }

    @Test("Integers become one another within their ranges")
    func kinds() throws {
        #expect(try CELConversion.int(UInt64(Int64.max)) == .max)
        #expect(throws: CELFunctionError.self) { try CELConversion.int(UInt64.max) }
        #expect(try CELConversion.uint(Int64.max) == UInt64(Int64.max))
        #expect(throws: CELFunctionError.self) { try CELConversion.uint(Int64(-1)) }
        #expect(CELConversion.double(Int64.max) == 0x1p63 && CELConversion.double(UInt64.max) == 0x1p64)
    }

    @Test(
        "Texts become integers",
        arguments: [
            ("987", 987, 987), ("-1", -1, nil), ("+5", 5, nil), ("007", 7, 7), ("-0", 0, nil),
            ("9223372036854775808", nil, 1 << 63), ("-9223372036854775808", .min, nil),
            ("18446744073709551616", nil, nil), ("", nil, nil), (" 1", nil, nil), ("1 ", nil, nil), ("1.0", nil, nil),
            ("0x10", nil, nil), ("1_000", nil, nil), ("\u{661}", nil, nil), ("1\0", nil, nil), ("--1", nil, nil),
            ("1u", nil, nil),
        ] as [(String, Int64?, UInt64?)])
    func texts(text: String, int: Int64?, uint: UInt64?) {
        #expect((try? CELConversion.int(text)) == int)
        #expect((try? CELConversion.uint(text)) == uint)
    }

    @Test(
        "Texts become doubles",
        arguments: [
            ("0", 0), ("-0.0", -0.0), ("123.456", 123.456), ("6.02214e23", 6.02214e23), ("-5.43E-21", -5.43e-21),
            (".5", 0.5), ("5.", 5), ("+1", 1), ("1e-999", 0), ("Infinity", .infinity), ("-Infinity", -.infinity),
            ("-Inf", -.infinity), ("1e999", nil), ("0x10", nil), ("1_0", nil), ("", nil), (".", nil), ("e5", nil),
            ("1e", nil), ("1e+", nil), (" 1", nil), ("1 ", nil), ("1\0", nil), ("1,5", nil), ("nan(1)", nil),
            ("\u{661}", nil), ("infinity ", nil),
        ] as [(String, Double?)])
    func doubles(text: String, expected: Double?) throws {
        let value = try? CELConversion.double(text)
        #expect(value == expected)
        #expect(value?.sign == expected?.sign)
    }

    @Test("NaN is read, and a number of a million digits refused")
    func oddDoubles() throws {
        #expect(try CELConversion.double("NaN").isNaN)
        #expect(throws: CELFunctionError.self) { try CELConversion.double(String(repeating: "1", count: 1_000_000)) }
    }

    @Test("Five spellings each are true and false, no other")
    func bools() throws {
        for text in ["1", "t", "T", "true", "TRUE", "True"] { #expect(try CELConversion.bool(text)) }
        for text in ["0", "f", "F", "false", "FALSE", "False"] { #expect(try !CELConversion.bool(text)) }
        for text in ["", "TrUe", "FaLsE", "yes", "true ", "tru\u{435}", "2"] {
            #expect(throws: CELFunctionError.self) { try CELConversion.bool(text) }
        }
    }

    @Test("Bytes are text only if they are UTF-8")
    func bytes() throws {
        #expect(CELConversion.bytes("\u{FF}") == [0xC3, 0xBF])
        #expect(try CELConversion.string([0xC3, 0xBF]) == "\u{FF}")
        for bytes in [[0, 0xFF], [0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80], [0xF4, 0x90, 0x80, 0x80]] as [[UInt8]] {
            #expect(throws: CELFunctionError.self) { try CELConversion.string(bytes) }
        }
    }

    @Test(
        "A double is written in the fewest digits",
        arguments: [
            (123.456, "123.456"), (-4.5e-3, "-0.0045"), (0, "0"), (-0.0, "-0"), (1, "1"), (100_000, "100000"),
            (1_000_000, "1e+06"), (123_456_789, "1.23456789e+08"), (0.0001, "0.0001"), (0.00001, "1e-05"),
            (1e21, "1e+21"), (1e100, "1e+100"), (.leastNonzeroMagnitude, "5e-324"),
            (.greatestFiniteMagnitude, "1.7976931348623157e+308"),
            (0.1, "0.1"), (999_999.5, "999999.5"), (.nan, "NaN"), (.infinity, "Infinity"), (-.infinity, "-Infinity"),
        ])
    func written(value: Double, text: String) throws {
        #expect(CELConversion.string(value) == text)
        if !value.isNaN { #expect(try CELConversion.double(text) == value) }
    }
}
