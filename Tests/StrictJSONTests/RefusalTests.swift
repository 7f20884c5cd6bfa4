import StrictJSON
import Testing

@Suite("Parsing refuses what two readers could understand differently")
struct RefusalTests {
    struct Case: CustomTestStringConvertible {
        var bytes: [UInt8]
        var code: String
        var offset: Int
        var testDescription: String { "\(code) in \(String(decoding: bytes.prefix(24), as: UTF8.self))" }

        init(_ text: String, _ code: String, _ offset: Int) {
            self.init(Array(text.utf8), code, offset)
        }

        init(_ bytes: [UInt8], _ code: String, _ offset: Int) {
            self.bytes = bytes
            self.code = code
            self.offset = offset
        }

        /// The bytes in a string, at offset 2.
        static func inString(_ bytes: [UInt8], _ code: String = "invalid-utf8", offset: Int = 2) -> Case {
            Case(Array("\"x".utf8) + bytes + Array("\"".utf8), code, offset)
        }
    }

    static let refused: [Case] = [
        Case("", "unexpected-end", 0), Case("  ", "unexpected-end", 2), Case("[", "unexpected-end", 1),
        Case("[1", "unexpected-end", 2), Case("{\"a\"", "unexpected-end", 4), Case("\"abc", "unexpected-end", 4),
        Case("\"abc\\", "unexpected-end", 5), Case("\"\\u12", "unexpected-end", 5), Case("tru", "unexpected-end", 3),
        Case("-", "unexpected-end", 1), Case("1.", "unexpected-end", 2), Case("1e", "unexpected-end", 2),
        Case("1e+", "unexpected-end", 3),
        // Duplicate keys, also those that differ only in how they are written.
        Case(#"{"a":1,"a":2}"#, "duplicate-key", 7), Case(#"{"a":1,"\u0061":1}"#, "duplicate-key", 7),
        Case(#"{"\u0061":1,"a":1}"#, "duplicate-key", 12), Case(#"{"":1,"":1}"#, "duplicate-key", 6),
        Case(#"[{"b":{"a":1,"c":{"a":1},"a":1}}]"#, "duplicate-key", 25),
        Case(#"{"é":1,"\u00E9":1}"#, "duplicate-key", 8), Case(#"{"😀":1,"\uD83D\uDE00":1}"#, "duplicate-key", 10),
        // Commas.
        Case("[1,]", "trailing-comma", 2), Case(#"{"a":1 , }"#, "trailing-comma", 7),
        Case("[,1]", "unexpected-byte", 1),
        Case("[1,,2]", "unexpected-byte", 3), Case("{,}", "unexpected-byte", 1), Case("[1 2]", "unexpected-byte", 3),
        // What follows.
        Case("1 2", "trailing-data", 2), Case("{}{}", "trailing-data", 2), Case("null,", "trailing-data", 4),
        Case("[]\0", "trailing-data", 2), Case("{}\u{FEFF}", "trailing-data", 2), Case("1\u{A0}", "trailing-data", 1),
        // Numbers.
        Case("01", "invalid-number", 0), Case("-01", "invalid-number", 1), Case("00", "invalid-number", 0),
        Case("+1", "unexpected-byte", 0), Case(".5", "unexpected-byte", 0), Case("1.e3", "invalid-number", 2),
        Case("1e+x", "invalid-number", 3), Case("-a", "invalid-number", 1), Case("0x10", "trailing-data", 1),
        Case("1_000", "trailing-data", 1), Case("NaN", "unexpected-byte", 0), Case("Infinity", "unexpected-byte", 0),
        Case("-Infinity", "invalid-number", 1), Case("1e309", "number-out-of-range", 0),
        Case("[-1e999999999999999999999]", "number-out-of-range", 1),
        Case(String(repeating: "9", count: 400), "number-out-of-range", 0),
        Case("0." + String(repeating: "0", count: 5000), "number-out-of-range", 0),
        // Words, quotes, comments.
        Case("True", "unexpected-byte", 0), Case("nul", "unexpected-end", 3), Case("nulL", "unexpected-byte", 3),
        Case("'a'", "unexpected-byte", 0), Case("{a:1}", "unexpected-byte", 1), Case("{1:1}", "unexpected-byte", 1),
        Case("// c\n1", "unexpected-byte", 0), Case("[1/* c */]", "unexpected-byte", 2),
        Case(#"{"a" 1}"#, "unexpected-byte", 5), Case("\u{C}1", "unexpected-byte", 0),
        Case("[1}", "unexpected-byte", 2),
        // Strings.
        Case("\"a\nb\"", "control-character", 2), Case("\"\t\"", "control-character", 1),
        Case("\"\0\"", "control-character", 1),
        Case("\"12345678\u{1F}\"", "control-character", 9), Case("\"\\n\u{1}\"", "control-character", 3),
        Case(#""\x41""#, "invalid-escape", 1), Case(#""\u12G4""#, "invalid-escape", 1),
        Case(#""\U0041""#, "invalid-escape", 1),
        Case(#""\u+123""#, "invalid-escape", 1), Case("\"\\\u{E9}\"", "invalid-escape", 1),
        // Surrogates.
        Case(#""\ud800""#, "lone-surrogate", 1), Case(#""ab\udc00""#, "lone-surrogate", 3),
        Case(#""\ud800\ud800""#, "lone-surrogate", 1),
        Case(#""\ud800x""#, "lone-surrogate", 1), Case(#""\ud800\n""#, "lone-surrogate", 1),
        Case(#""\udc00\ud800""#, "lone-surrogate", 1),
        Case(#"{"\ud800":1}"#, "lone-surrogate", 2), Case(#""\ud800\u0041""#, "lone-surrogate", 1),
        // UTF-8.
        Case([0xEF, 0xBB, 0xBF, 0x31], "byte-order-mark", 0), Case([0xFF, 0xFE, 0x31, 0x00], "unexpected-byte", 0),
        .inString([0x80]), .inString([0xBF]), .inString([0xC0, 0x80]), .inString([0xC1, 0xBF]), .inString([0xC3]),
        .inString([0xC3, 0x28]), .inString([0xE0, 0x80, 0xAF]), .inString([0xE0, 0x9F, 0xBF]), .inString([0xE2, 0x82]),
        .inString([0xED, 0xA0, 0x80]), .inString([0xED, 0xBF, 0xBF]), .inString([0xF0, 0x80, 0x80, 0xAF]),
        .inString([0xF0, 0x8F, 0xBF, 0xBF]), .inString([0xF4, 0x90, 0x80, 0x80]), .inString([0xF5, 0x80, 0x80, 0x80]),
        .inString([0xF8, 0x88, 0x80, 0x80, 0x80]), .inString([0xFE]), .inString([0xFF]),
        .inString(Array("\\n".utf8) + [0xC0, 0x80], offset: 4), Case([0x22, 0xF0, 0x9F], "invalid-utf8", 1),
    ]

    @Test("each refusal says what is wrong, and where to the byte", arguments: refused)
    func refusal(of test: Case) throws {
        let error = #expect(throws: JSONError.self) { try JSON(parsing: test.bytes) }
        #expect(error?.code == test.code)
        #expect(error?.offset == test.offset)
        #expect(error?.message.isEmpty == false)
    }

    @Test("a refusal names a duplicate key, with nothing in it that a terminal would obey")
    func duplicateKeyMessage() {
        let error = #expect(throws: JSONError.self) {
            try JSON(parsing: #"{"\u001b[2Ja\u202e":1,"\u001b[2Ja\u202e":1}"#)
        }
        #expect(error?.message == #"the key `\u{1B}[2Ja\u{202E}` occurs twice in one object, at byte 22"#)
    }

    @Test(
        "duplicates are found in objects of every size, whatever their keys look like",
        arguments: [2, 15, 16, 17, 18, 500])
    func duplicates(count: Int) throws {
        // Keys of one length with equal first and last eight bytes: the fingerprints cannot tell them apart.
        let keys = (0..<count).map { "samehead\(100_000 + $0)sametail" }
        func object(_ keys: [String]) -> String { "{" + keys.map { "\"\($0)\":0" }.joined(separator: ",") + "}" }
        #expect(try JSON(parsing: object(keys)).objectValue?.count == count)
        for repeated in [0, count / 2, count - 1] {
            let error = #expect(throws: JSONError.self) { try JSON(parsing: object(keys + [keys[repeated]])) }
            #expect(error?.code == "duplicate-key")
        }
    }

    @Test("keys that are equivalent but not equal are two keys")
    func equivalentKeys() throws {
        let object = try #require(try JSON(parsing: #"{"\u00e9":1,"e\u0301":2}"#).objectValue)
        #expect(object.count == 2)
        #expect(object["\u{E9}"] == 1)
        #expect(object["e\u{301}"] == 2)
    }

    @Test("a hundred thousand keys, and thousands of canonically equivalent ones, take no quadratic time")
    func hashFlooding() throws {
        let clock = ContinuousClock()
        let many = "{" + (0..<100_000).map { "\"k\($0)\":0" }.joined(separator: ",") + "}"
        #expect(try clock.measure { _ = try JSON(parsing: many) } < .seconds(10))
        // U+0315 and U+031B have different combining classes: every interleaving is canonically equivalent, so all of
        // these would share one bucket of a dictionary keyed by `String`.
        let equivalent = (0..<16_384).map { bits in
            (0..<14).map { bits >> $0 & 1 == 0 ? "\u{212B}" : "A\u{30A}" }.joined()
        }
        let text = "{" + equivalent.map { "\"\($0)\":0" }.joined(separator: ",") + "}"
        var count = 0
        #expect(try clock.measure { count = try JSON(parsing: text).objectValue?.count ?? 0 } < .seconds(10))
        #expect(count == 16_384)
    }

    @Test("every strict prefix and every single-byte change of a document is read or refused, never misread")
    func mutations() throws {
        let text = Array(#"{"a":[1,-2.5e3,"x\u00e9\n",true,null],"é":{"b":"😀"}}"#.utf8)
        _ = try JSON(parsing: text)
        for length in 0..<text.count {
            #expect(throws: JSONError.self) { try JSON(parsing: text[..<length]) }
        }
        for position in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[position] = byte
                guard let value = try? JSON(parsing: changed) else { continue }
                #expect(try JSON(parsing: value.encoded()) == value)
            }
        }
    }
}
