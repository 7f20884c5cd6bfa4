import StrictJSON
import Testing

@testable import Manifests

@Suite("Scalars without quotes mean what the core schema of YAML 1.2 says")
struct CoreSchemaTests {
    static let values: [(text: String, value: JSON)] = [
        ("null", nil), ("Null", nil), ("NULL", nil), ("~", nil), ("", nil),
        ("true", true), ("True", true), ("TRUE", true), ("false", false), ("False", false), ("FALSE", false),
        ("0", 0), ("-0", .number(-0.0)), ("+1", 1), ("-19", -19), ("0777", 777), ("007", 7),
        ("9223372036854775807", .integer(.max)), ("-9223372036854775808", .integer(.min)),
        ("9223372036854775808", 9.223372036854775808e18),
        ("0o17", 15), ("0o0", 0), ("0xFF", 255), ("0xdeadBEEF", 0xdead_beef), ("0x7fffffffffffffff", .integer(.max)),
        ("1.5", 1.5), ("-1.5e3", -1500.0), ("1.", 1.0), (".5", 0.5), ("+.5E-1", 0.05), ("1e3", 1000.0), ("1.10", 1.1),
        ("0e0", 0.0),
    ]

    @Test("values", arguments: values)
    func resolves(_ text: String, _ value: JSON) throws {
        let found = try ManifestFile.parse(Array("a: \(text)".utf8), file: "x.yaml")["a"]?.json
        #expect(found == value)
        // 1 and 1.0 are equal as JSON; which one it is shows in what is written.
        #expect(found?.encodedString() == value.encodedString())
    }

    /// What YAML 1.1, or a hasty reader, takes for something else.
    static let texts = [
        "no", "No", "NO", "yes", "Yes", "on", "On", "off", "OFF", "y", "n", "tRUE", "nULL", "none",
        "1_000", "0b101", "0o8", "0x", "0xG", "0o", "0X1F", "0O7", "-0x1", "+0o7", "12:30:45", "1:20", "190:20:30.15",
        "2027-06-01", "2001-12-14t21:59:43.10-05:00", "1.2.3", "1e", "e5", ".e5", "+", ".", "..", "+.", "1e+",
        "1e5.0", "inf", "NaN", ".infinity", "+.nan", "=", "١", "１", "--", "-a", "10s", "0x1p3", "infinity", "nan",
    ]

    @Test("texts", arguments: texts)
    func staysText(_ text: String) throws {
        #expect(try ManifestFile.parse(Array("a: \(text)".utf8), file: "x.yaml")["a"]?.json == .string(text))
    }

    @Test("in quotes everything is a text", arguments: ["null", "true", "1", "1.5", "0x1", "", "~", ".inf", "<<"])
    func quoted(_ text: String) throws {
        for quote in ["'", "\""] {
            let bytes = Array("a: \(quote)\(text)\(quote)".utf8)
            #expect(try ManifestFile.parse(bytes, file: "x.yaml")["a"]?.json == .string(text))
        }
    }
}
