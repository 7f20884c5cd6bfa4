import Testing

@testable import Policy

@Suite("A format is read strictly and its clauses write as documented")
struct CELFormatTests {
    @Test("Text, percent signs and clauses are told apart")
    func pieces() throws {
        #expect(try CELFormat(parsing: "no substitution").pieces == [.text("no substitution")])
        #expect(try CELFormat(parsing: "%% and %%").pieces == [.text("% and %")])
        let all = try CELFormat(parsing: "%%%s%d é%.3f%e%b%o%x%X.")
        #expect(
            all.pieces == [
                .text("%"), .clause(.string), .clause(.decimal), .text(" é"), .clause(.fixed(precision: 3)),
                .clause(.scientific(precision: 6)), .clause(.binary), .clause(.octal),
                .clause(.hexadecimal(upper: false)),
                .clause(.hexadecimal(upper: true)), .text("."),
            ])
        #expect(all.argumentCount == 8)
        #expect(try CELFormat(parsing: "").pieces.isEmpty)
    }

    @Test(
        "A clause that is not one is refused",
        arguments: [
            "%", "%a", "%E", "%.f", "%.-1f", "%.1001f", "%.99999999999999999999f", "%.2d", "% d", "%-5d", "%5d", "%é",
            "100%",
            "%\0", "%.3",
        ])
    func refused(format: String) {
        #expect(throws: CELFunctionError.self) { try CELFormat(parsing: format) }
    }

    @Test(
        "A clause writes a value",
        arguments: [
            ("%s", .null, "null"), ("%s", .bool(true), "true"), ("%s", .int(-5), "-5"),
            ("%s", .uint(.max), "18446744073709551615"),
            ("%s", .double(56.8), "56.8"), ("%s", .double(5), "5"), ("%s", .double(1e21), "1000000000000000000000"),
            ("%s", .double(-0.00001), "-0.00001"), ("%s", .double(.nan), "NaN"), ("%s", .string("é"), "é"),
            ("%s", .bytes(Array("xyz".utf8)), "xyz"), ("%s", .type("string"), "string"),
            ("%d", .int(.min), "-9223372036854775808"), ("%d", .uint(64), "64"),
            ("%d", .double(-.infinity), "-Infinity"),
            ("%b", .int(5), "101"), ("%b", .int(-5), "-101"), ("%b", .uint(64), "1000000"), ("%b", .bool(true), "1"),
            ("%b", .bool(false), "0"), ("%o", .int(11), "13"), ("%o", .uint(65535), "177777"), ("%x", .int(30), "1e"),
            ("%X", .int(30), "1E"), ("%x", .int(-30), "-1e"), ("%X", .uint(6000), "1770"),
            ("%x", .string("Hello world!"), "48656c6c6f20776f726c6421"), ("%X", .bytes([0, 0xAB, 0xFF]), "00ABFF"),
            ("%.6e", .double(1052.032911275), "1.052033e+03"), ("%f", .double(2.71828), "2.718280"),
            ("%f", .int(2), "2.000000"), ("%e", .uint(3), "3.000000e+00"), ("%e", .double(0), "0.000000e+00"),
            ("%e", .double(1e-100), "1.000000e-100"), ("%.0e", .double(2.5), "2e+00"), ("%.0e", .double(9.5), "1e+01"),
            ("%.0f", .double(2.5), "2"), ("%.0f", .double(1.5), "2"), ("%.0f", .double(0.5), "0"),
            ("%.0f", .double(-0.4), "-0"),
            ("%.0f", .double(3.5001), "4"), ("%.3f", .double(1.2345), "1.234"),
            ("%.3f", .double(-123.4999), "-123.500"),
            ("%.2f", .double(999.995), "1000.00"), ("%.2f", .double(0.005), "0.01"), ("%.1f", .double(0.05), "0.1"),
            ("%.1f", .double(0.25), "0.2"), ("%.2f", .double(0.0001), "0.00"), ("%.2f", .double(-0.0), "-0.00"),
            ("%.5f", .double(-1.2), "-1.20000"), ("%.20f", .double(0.1), "0.10000000000000000555"),
            ("%f", .double(.infinity), "Infinity"), ("%e", .double(.nan), "NaN"),
            ("%.0f", .double(0x1p100), "1267650600228229401496703205376"),
        ] as [(String, CELValue, String)])
    func written(format: String, value: CELValue, expected: String) throws {
        let pieces = try CELFormat(parsing: format).pieces
        guard case .clause(let clause)? = pieces.first else { throw CELFunctionError("no clause") }
        #expect(try value.formatted(clause, maximumBytes: expected.utf8.count) == expected)
        #expect(throws: CELFunctionError.self) {
            try value.formatted(clause, maximumBytes: expected.utf8.count - 1)
        }
    }

    @Test("Times are written as their text forms")
    func times() throws {
        let timestamp = try CELValue.timestamp(CELTimestamp(parsing: "2023-02-03T23:31:20.50+00:00"))
        #expect(try timestamp.formatted(.string, maximumBytes: 100) == "2023-02-03T23:31:20.5Z")
        let duration = try CELValue.duration(CELDuration(parsing: "1h45m47s"))
        #expect(try duration.formatted(.string, maximumBytes: 100) == "6347s")
    }

    @Test("A clause refuses a type that it does not take, by its name")
    func types() throws {
        let duration = CELValue.duration(try CELDuration(seconds: 1))
        let wrong: [(CELFormatClause, CELValue)] = [
            (.decimal, duration), (.decimal, .null), (.decimal, .string("1")), (.binary, .string("abc")),
            (.binary, .double(1)), (.octal, .string("a")), (.octal, .bool(true)),
            (.hexadecimal(upper: true), .double(0.5)),
            (.hexadecimal(upper: false), .bool(true)), (.fixed(precision: 2), .string("1")),
            (.scientific(precision: 2), .null),
            (.string, .address(try CELIP("10.0.0.1"))),
        ]
        for (clause, value) in wrong {
            let error = #expect(throws: CELFunctionError.self) { try value.formatted(clause, maximumBytes: 100) }
            #expect(error?.message.hasSuffix("was given \(value.typeName)") == true)
        }
        #expect(throws: CELFunctionError.self) { try CELValue.bytes([0xFF]).formatted(.string, maximumBytes: 100) }
    }

    @Test("The largest double in full precision is bounded")
    func largest() throws {
        let value = CELValue.double(-.greatestFiniteMagnitude)
        #expect(try value.formatted(.fixed(precision: .max), maximumBytes: 2000).utf8.count == 1 + 309 + 1 + 1000)
        let tiny = CELValue.double(.leastNonzeroMagnitude)
        #expect(try tiny.formatted(.scientific(precision: 1000), maximumBytes: 2000).hasPrefix("4.9406564584124654"))
        #expect(try tiny.formatted(.fixed(precision: -5), maximumBytes: 2000) == "0")
    }
}
