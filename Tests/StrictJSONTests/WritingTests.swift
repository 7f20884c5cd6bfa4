import StrictJSON
import Testing

@Suite("What is written is read back as the same value")
struct WritingTests {
    @Test(
        "compact output",
        arguments: [
            (#"{ "b" : [ 1 , 2.50 ] , "a" : null }"#, #"{"b":[1,2.5],"a":null}"#),
            (#""\u0000\u001f\b\t\n\f\r\"\\\/\u007f é😀""#, "\"\\u0000\\u001f\\b\\t\\n\\f\\r\\\"\\\\/\u{7F} é😀\""),
            ("[-0,0,-0.0,1e2,1e21,1e-7]", "[-0,0,-0,100,1e+21,1e-7]"),
            ("1152921504606846976.0", "1152921504606846976"),
            (#"["日本語 and then plain text \" quoted"]"#, #"["日本語 and then plain text \" quoted"]"#),
        ])
    func compact(text: String, expected: String) throws {
        let value = try JSON(parsing: text)
        #expect(value.encodedString() == expected)
        #expect(try JSON(parsing: value.encoded()) == value)
        #expect(try JSON(parsing: value.pretty()) == value)
    }

    @Test("pretty output is indented by two spaces")
    func pretty() {
        let value: JSON = ["a": [1, [:], []], "b": ["c": "d"]]
        #expect(
            value.pretty() == """
                {
                  "a": [
                    1,
                    {},
                    []
                  ],
                  "b": {
                    "c": "d"
                  }
                }
                """)
    }

    @Test(
        "a NaN or an infinity is written as null, and has no canonical form",
        arguments: [Double.nan, .infinity, -.infinity])
    func notFinite(value: Double) {
        #expect(JSON.number(value).encodedString() == "null")
        #expect { try JSON.number(value).canonical() } throws: { ($0 as? JSONError)?.code == "not-representable" }
    }

    @Test("random doubles and integers survive")
    func numbers() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let bits: UInt64 = generator.next()
            let double = Double(bitPattern: bits)
            if double.isFinite {
                #expect(try JSON(parsing: JSON.number(double).encoded()) == .number(double))
            }
            let whole = Double(Int64(bitPattern: bits) >> Int64.random(in: 0...10))
            #expect(try JSON(parsing: JSON.number(whole).encoded()) == .number(whole))
            let integer = Int64(bitPattern: bits)
            #expect(try JSON(parsing: JSON.integer(integer).encoded()) == .integer(integer))
        }
    }
}
