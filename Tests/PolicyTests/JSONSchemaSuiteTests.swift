import StrictJSON
import Testing

@testable import Policy

@Suite("JSON Schema agrees with the official suite, or refuses the schema")
struct JSONSchemaSuiteTests {
    /// What this build does not implement. A schema without any of these has to compile.
    static let unimplemented: Set<String> = [
        "$ref", "$defs", "$anchor", "$dynamicRef", "$dynamicAnchor", "$vocabulary", "unevaluatedItems",
        "unevaluatedProperties", "contentEncoding", "contentMediaType", "contentSchema", "definitions",
    ]

    @Test("Every required case whose schema is accepted comes out as the suite says")
    func requiredCases() throws {
        let folder = "json-schema/tests/draft2020-12"
        guard let files = SuiteFiles.jsonFiles(in: folder) else {
            print("skipped: no JSON Schema suite at \(SuiteFiles.root)")
            return
        }
        var total = 0
        var passed = 0
        var refused = 0
        for file in files {
            for group in try SuiteFiles.json("\(folder)/\(file)").arrayValue ?? [] {
                let schema = try #require(group["schema"])
                let cases = group["tests"]?.arrayValue ?? []
                total += cases.count
                let compiled: CompiledSchema
                do {
                    compiled = try CompiledSchema.compile(schema)
                } catch {
                    refused += cases.count
                    let isUnimplemented = Self.usesUnimplemented(schema) || error.code == "unknown-dialect"
                    #expect(isUnimplemented, "\(file): \(group["description"]?.stringValue ?? ""): \(error)")
                    continue
                }
                for example in cases {
                    let value = try #require(example["data"])
                    let violations = compiled.validate(value)
                    let agrees = violations.isEmpty == example["valid"]?.boolValue
                    let name =
                        "\(group["description"]?.stringValue ?? "") / \(example["description"]?.stringValue ?? "")"
                    #expect(agrees, "\(file): \(name): \(violations)")
                    if agrees { passed += 1 }
                }
            }
        }
        print("JSON Schema 2020-12: \(passed) of \(total) cases passed, \(refused) refused when compiled")
        #expect(passed + refused == total)
        #expect(passed > 800)
    }

    /// The patterns of `optional/ecmascript-regex.json` pin what ECMA-262 means where engines differ.
    @Test("Patterns of the optional suite match as ECMA-262 says, or are refused")
    func optionalPatterns() throws {
        let path = "json-schema/tests/draft2020-12/optional"
        guard SuiteFiles.jsonFiles(in: path) != nil else {
            print("skipped: no JSON Schema suite at \(SuiteFiles.root)")
            return
        }
        var passed = 0
        var refused = 0
        for file in ["ecmascript-regex.json", "non-bmp-regex.json", "float-overflow.json", "bignum.json"] {
            for group in try SuiteFiles.json("\(path)/\(file)").arrayValue ?? [] {
                let cases = group["tests"]?.arrayValue ?? []
                guard let compiled = try? CompiledSchema.compile(group["schema"] ?? .null) else {
                    refused += cases.count
                    continue
                }
                for example in cases {
                    let violations = compiled.validate(example["data"] ?? .null)
                    let name =
                        "\(group["description"]?.stringValue ?? "") / \(example["description"]?.stringValue ?? "")"
                    #expect(violations.isEmpty == example["valid"]?.boolValue, "\(file): \(name)")
                    passed += 1
                }
            }
        }
        print("JSON Schema 2020-12, optional patterns and numbers: \(passed) passed, \(refused) refused when compiled")
    }

    private static func usesUnimplemented(_ value: JSON) -> Bool {
        switch value {
        case .array(let elements): elements.contains(where: usesUnimplemented)
        case .object(let members):
            members.contains { key, value in
                unimplemented.contains(key) || usesUnimplemented(value)
                    || (key == "$id") || key.hasPrefix("$") && !AnnotationKeywords.keywords.contains(key)
            }
        default: false
        }
    }
}
