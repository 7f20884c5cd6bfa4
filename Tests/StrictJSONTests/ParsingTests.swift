import StrictJSON
import Testing

@Suite("Parsing accepts I-JSON")
struct ParsingTests {
    static let accepted: [(String, JSON)] = [
        ("null", nil), (" true\n", true), ("\tfalse\r", false),
        ("0", 0), ("-1", -1), ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", .number(9223372036854775808)), ("1.5", 1.5), ("-2.5e-3", -0.0025), ("1E3", 1000),
        ("1e-400", .number(0)), ("1e0000000000000000000000000001", 10), ("5e-324", .number(.leastNonzeroMagnitude)),
        ("0.1", 0.1), ("123456789012345678901234567890", .number(123456789012345678901234567890)),
        ("9007199254740993.0", .number(9007199254740992)),
        ("1.7976931348623157e308", .number(.greatestFiniteMagnitude)),
        (#""""#, ""), (#""a""#, "a"), (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"),
        (#""\u00e9\u65E5""#, "é日"), (#""\ud83d\ude00""#, "😀"), (#""\u0000""#, "\0"),
        ("\"é日😀\u{10FFFF}\"", "é日😀\u{10FFFF}"),
        ("\"\u{FEFF}\u{7F}\"", "\u{FEFF}\u{7F}"),
        (#""no escape, then \u0041 and more text""#, "no escape, then A and more text"),
        ("[]", []), ("[ ]", []), ("[1,[2],{}]", [1, [2], [:]]), ("{}", [:]),
        (#"{ "a" : 1 , "b":[ ] }"#, ["a": 1, "b": []]),
    ]

    @Test("a valid document has the expected value", arguments: accepted)
    func valid(text: String, expected: JSON) throws {
        let value = try JSON(parsing: text)
        #expect(value == expected)
        #expect(try JSON(parsing: Array(text.utf8)) == expected)
        #expect(try JSON(parsing: text.utf8.lazy.map { $0 }) == expected, "a collection without contiguous storage")
    }

    @Test("whether a number was written as an integer is kept")
    func kinds() throws {
        guard case .integer(1) = try JSON(parsing: "1") else { return #expect(Bool(false), "1 is an integer") }
        guard case .number(1) = try JSON(parsing: "1.0") else { return #expect(Bool(false), "1.0 is a double") }
        guard case .number(let zero) = try JSON(parsing: "-0") else { return #expect(Bool(false), "-0 is a double") }
        #expect(zero.sign == .minus)
        guard case .number = try JSON(parsing: "9223372036854775808") else {
            return #expect(Bool(false), "2^63 is a double")
        }
    }

    @Test("members keep their order")
    func order() throws {
        let object = try #require(try JSON(parsing: #"{"z":1,"a":2,"m":3}"#).objectValue)
        #expect(object.keys == ["z", "a", "m"])
        #expect(object.map(\.value) == [1, 2, 3])
    }

    @Test("128 levels are read, 129 are not, and the limit can be lowered")
    func depth() throws {
        func nested(_ levels: Int) -> String {
            String(repeating: "[", count: levels) + String(repeating: "]", count: levels)
        }
        _ = try JSON(parsing: nested(128))
        #expect { try JSON(parsing: nested(129)) } throws: { ($0 as? JSONError)?.code == "depth" }
        #expect { try JSON(parsing: "[[]]", limits: JSONLimits(depth: 1)) } throws: {
            ($0 as? JSONError)?.offset == 1
        }
        _ = try JSON(parsing: nested(512), limits: JSONLimits(depth: .max))
        #expect(throws: JSONError.self, "whatever the limits say, the stack is safe") {
            try JSON(parsing: String(repeating: "{\"a\":", count: 1_000_000), limits: JSONLimits(depth: .max))
        }
    }

    @Test("an input of exactly the limit is read, a longer one is not", arguments: [0, 1, 2, -1, Int.max])
    func size(limit: Int) {
        let accepts = (try? JSON(parsing: "12", limits: JSONLimits(bytes: limit))) != nil
        let acceptsCopied = (try? JSON(parsing: "12".utf8.lazy.map { $0 }, limits: JSONLimits(bytes: limit))) != nil
        #expect(accepts == (limit >= 2))
        #expect(acceptsCopied == (limit >= 2))
    }

    @Test("doubles are the nearest to their text, as strtod rounds them")
    func rounding() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(try JSON(parsing: "\(value)").numberValue == value)
            let written =
                "\(UInt64.random(in: 0...1 << 60)).\(UInt32.random(in: 0...UInt32.max))e\(Int.random(in: -30...30))"
            #expect(try JSON(parsing: written).numberValue == Double(written), "\(written)")
        }
    }
}
