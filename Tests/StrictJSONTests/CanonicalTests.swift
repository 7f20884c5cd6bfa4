import Foundation
import StrictJSON
import Testing

@Suite("The canonical form is that of RFC 8785")
struct CanonicalTests {
    @Test("the published vectors, byte for byte")
    func vectors() throws {
        let folder =
            ProcessInfo.processInfo.environment["AGENTBOX_SUITES"].map { URL(filePath: $0) }
            ?? URL(filePath: #filePath).appending(path: "../../../../shared/suites").standardized
        let data = folder.appending(path: "jcs/testdata")
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: data.appending(path: "input").path)
        else {
            print("skipped: no RFC 8785 vectors at \(data.path); set AGENTBOX_SUITES to the folder that holds jcs/")
            return
        }
        #expect(names.count >= 6)
        for name in names {
            let input = try Data(contentsOf: data.appending(path: "input/\(name)"))
            let hexadecimal = try String(
                contentsOf: data.appending(path: "outhex/\(name.replacing(".json", with: ".txt"))"), encoding: .utf8)
            let expected = hexadecimal.split(whereSeparator: \.isWhitespace).compactMap { UInt8($0, radix: 16) }
            #expect(try JSON(parsing: input).canonical() == expected, "\(name)")
        }
    }

    @Test(
        "numbers as ECMAScript writes them (RFC 8785, appendix B, and the borders of each layout)",
        arguments: [
            (0x0000_0000_0000_0000, "0"), (0x8000_0000_0000_0000, "0"), (0x0000_0000_0000_0001, "5e-324"),
            (0x8000_0000_0000_0001, "-5e-324"), (0x7FEF_FFFF_FFFF_FFFF, "1.7976931348623157e+308"),
            (0xFFEF_FFFF_FFFF_FFFF, "-1.7976931348623157e+308"), (0x4340_0000_0000_0000, "9007199254740992"),
            (0xC340_0000_0000_0000, "-9007199254740992"), (0x4430_0000_0000_0000, "295147905179352830000"),
            (0x44B5_2D02_C7E1_4AF5, "9.999999999999997e+22"), (0x44B5_2D02_C7E1_4AF6, "1e+23"),
            (0x44B5_2D02_C7E1_4AF7, "1.0000000000000001e+23"), (0x444B_1AE4_D6E2_EF4E, "999999999999999700000"),
            (0x444B_1AE4_D6E2_EF4F, "999999999999999900000"), (0x444B_1AE4_D6E2_EF50, "1e+21"),
            (0x3EB0_C6F7_A0B5_ED8C, "9.999999999999997e-7"), (0x3EB0_C6F7_A0B5_ED8D, "0.000001"),
            (0x41B3_DE43_5555_5553, "333333333.3333332"), (0x41B3_DE43_5555_5554, "333333333.33333325"),
            (0x41B3_DE43_5555_5555, "333333333.3333333"), (0x41B3_DE43_5555_5556, "333333333.3333334"),
            (0x41B3_DE43_5555_5557, "333333333.33333343"), (0xBECB_F647_612F_3696, "-0.0000033333333333333333"),
            (0x4314_3FF3_C1CB_0959, "1424953923781206.2"), (0x43B0_0000_0000_0000, "1152921504606847000"),
        ] as [(UInt64, String)])
    func numbers(bits: UInt64, expected: String) throws {
        let text = try JSON.number(Double(bitPattern: bits)).canonical()
        #expect(String(decoding: text, as: UTF8.self) == expected)
        #expect(try JSON(parsing: text).canonical() == text, "canonical is idempotent")
    }

    @Test(
        "an integer is written as itself or not at all",
        arguments: [
            (0, true), (-1, true), (1 << 53, true), (-(1 << 53), true), ((1 << 53) + 1, false), ((1 << 53) + 2, true),
            (-(1 << 53) - 1, false), (.max, false), (.min, false), (1_000_000_000_000_000_000, true),
            // Exactly a double, but RFC 8785 would print 1152921504606847000: a different integer to who reads it.
            (1 << 60, false),
        ] as [(Int64, Bool)])
    func integers(value: Int64, isRepresentable: Bool) throws {
        if isRepresentable {
            #expect(try JSON.integer(value).canonical() == Array(String(value).utf8))
        } else {
            let error = #expect(throws: JSONError.self) { try (["deep": [.integer(value)]] as JSON).canonical() }
            #expect(error?.code == "not-representable")
            #expect(error?.remedy == "send it as a string")
        }
    }

    @Test("keys are sorted by UTF-16 code units")
    func order() throws {
        let keys = [
            "", "\r", "1", "a", "aa", "b", "\u{80}", "ö", "€", "\u{D7FF}", "😀", "\u{10FFFF}", "\u{E000}", "\u{FB33}",
            "\u{FFFF}",
        ]
        for _ in 0..<50 {
            let shuffled = JSONObject(uniqueMembers: keys.shuffled().map { ($0, JSON.null) })
            let canonical = try JSON(parsing: JSON.object(shuffled).canonical())
            #expect(canonical.objectValue?.keys == keys)
        }
        let reference = keys.sorted { $0.utf16.lexicographicallyPrecedes($1.utf16) }
        #expect(reference == keys)
    }

    @Test("the same value has one canonical form, however it was written")
    func uniqueness() throws {
        let forms = [
            #"{"a":[1,2.0,"é"],"b":{"y":1e1,"x":-0}}"#, "{ \"b\":{\"x\":0,\"y\":10.0},\n\"a\":[1.0,2,\"\\u00E9\"] }",
        ]
        let canonical = try forms.map { try JSON(parsing: $0).canonical() }
        #expect(canonical[0] == canonical[1])
        #expect(String(decoding: canonical[0], as: UTF8.self) == #"{"a":[1,2,"é"],"b":{"x":0,"y":10}}"#)
    }
}
