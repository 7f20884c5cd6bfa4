import StrictJSON
import Testing

@testable import Hosts
@testable import Policy

@Suite("No text, however hostile, stops the process or gets through by accident")
struct HostileTextTests {
    /// Pieces of which attacks are made, so that random texts come near the interesting places.
    static let pieces = [
        "a", "z", "0", "1", "9", "255", "xn--", "-", ".", "..", ":", "::", "/", "//", "://", "http", "@", "?", "#", "%",
        "%2e",
        "[", "]", "\\", "\u{0}", "\n", "\u{E9}", "e\u{301}", "\u{FF0E}", "\u{1F600}", "0x", "0177", "*", "+", "(", ")",
        "(?:",
        "(?=", "|", "{", "}", "{2,3}", ",", "^", "$", "\\d", "\\p{L}", "\\u", "[^", "a-z", "\\", "fe80", "ffff",
    ]

    static func text(_ random: inout SeededGenerator) -> String {
        (0..<Int.random(in: 0...12, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
    }

    @Test("Random hosts, ranges, paths and patterns are read or refused", arguments: 0..<4)
    func random(seed: UInt64) {
        var random = SeededGenerator(seed: 50 + seed)
        var hosts = 0
        var patterns = 0
        var paths = 0
        for _ in 0..<5000 {
            let text = Self.text(&random)
            _ = try? AddressRange(text)
            _ = try? HostPattern(text)
            if let host = try? HostArgument.parse(text) {
                hosts += 1
                // What was read stands for itself, and comes out the same when it is read again.
                #expect((try? HostArgument.parse(host.description)) == host, "\(text)")
                #expect(host.description.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && $0 != UInt8(ascii: "@") })
            }
            if let pattern = try? ECMAPattern.re2(text) {
                patterns += 1
                // What was translated is understood, but for limits of size and scripts that RE2 does not know.
                var budget = PatternBudget()
                if let expression = try? budget.expression(pattern) { _ = expression.matchesPart(of: text) }
            }
            if let path = try? CanonicalPath.lexical(text) {
                paths += 1
                #expect(CanonicalPath.isCanonical(path), "\(text)")
            }
        }
        #expect(hosts > 50 && patterns > 50 && paths > 50)
    }

    @Test("Random schemas are compiled or refused, and random values are judged", arguments: 0..<4)
    func schemas(seed: UInt64) {
        var random = SeededGenerator(seed: 90 + seed)
        var accepted = 0
        for _ in 0..<3000 {
            let schema = Self.json(&random, depth: 4)
            guard let compiled = try? CompiledSchema.compile(schema) else { continue }
            accepted += 1
            let value = Self.json(&random, depth: 3)
            #expect(compiled.accepts(value) == compiled.validate(value).isEmpty)
            _ = compiled.canHave(["a", "0", "b"])
        }
        #expect(accepted > 100)
    }

    static let keywords = [
        "type", "enum", "const", "properties", "required", "additionalProperties", "patternProperties", "items",
        "prefixItems", "contains", "minContains", "maxContains", "uniqueItems", "minimum", "multipleOf", "maxLength",
        "pattern", "allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas", "propertyNames", "a",
        "b",
    ]

    static func json(_ random: inout SeededGenerator, depth: Int) -> JSON {
        let numbers: [Double] = [0, -0.0, 0.1, 1e308, .leastNonzeroMagnitude, 9_007_199_254_740_992, -1.5]
        let texts = ["string", "object", "array", "a", "^a+$", "(", "number"]
        switch Int.random(in: 0..<(depth == 0 ? 4 : 8), using: &random) {
        case 0: return .bool(Bool.random(using: &random))
        case 1: return .integer([0, 1, 2, -1, .max, .min].randomElement(using: &random) ?? 0)
        case 2: return .number(numbers.randomElement(using: &random) ?? 0)
        case 3: return .string(texts.randomElement(using: &random) ?? "a")
        case 4:
            return .array((0..<Int.random(in: 0...3, using: &random)).map { _ in json(&random, depth: depth - 1) })
        default:
            var object = JSONObject()
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                object[keywords.randomElement(using: &random) ?? "a"] = json(&random, depth: depth - 1)
            }
            return .object(object)
        }
    }
}
