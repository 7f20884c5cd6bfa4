import StrictJSON
import Testing

@testable import Policy

@Suite("JSON Schema agrees with the official suite")
struct JSONSchemaSuiteTests {
    static let folder = "json-schema/tests/draft2020-12"

    /// The documents that the suite has at `http://localhost:1234/`.
    static func documents() throws -> SchemaDocuments {
        var documents: [String: JSON] = [:]
        for path in SuiteFiles.jsonFiles(below: "json-schema/remotes") ?? [] {
            documents["http://localhost:1234/\(path)"] = try SuiteFiles.json("json-schema/remotes/\(path)")
        }
        return SchemaDocuments(documents)
    }

    /// What came of the cases of one file.
    struct Score {
        var passed = 0
        var total = 0
        /// Cases of schemas that were refused.
        var refused = 0
        var failures: [String] = []
    }

    static func run(_ file: String, _ options: SchemaOptions) throws -> Score {
        var score = Score()
        for group in try SuiteFiles.json("\(folder)/\(file)").arrayValue ?? [] {
            let cases = group["tests"]?.arrayValue ?? []
            let name = group["description"]?.stringValue ?? ""
            score.total += cases.count
            do {
                let compiled = try CompiledSchema.compile(try #require(group["schema"]), options: options)
                for example in cases {
                    let value = try #require(example["data"])
                    let violations = compiled.validate(value)
                    let agrees =
                        violations.isEmpty == example["valid"]?.boolValue
                        && compiled.accepts(value) == violations.isEmpty
                    score.passed += agrees ? 1 : 0
                    if !agrees {
                        score.failures.append("\(name) / \(example["description"]?.stringValue ?? ""): \(violations)")
                    }
                }
            } catch let error as PolicyError {
                score.refused += cases.count
                score.failures.append("\(name): refused: \(error.message)")
            }
        }
        return score
    }

    @Test("Every required case comes out as the suite says")
    func requiredCases() throws {
        guard let files = SuiteFiles.jsonFiles(in: Self.folder) else {
            print("skipped: no JSON Schema suite at \(SuiteFiles.root)")
            return
        }
        let options = SchemaOptions(unknownKeywords: .annotate, documents: try Self.documents())
        var passed = 0
        var total = 0
        for file in files {
            let score = try Self.run(file, options)
            passed += score.passed
            total += score.total
            #expect(score.failures == [], "\(file)")
        }
        print("JSON Schema 2020-12: \(passed) / \(total) required cases passed")
        #expect(passed == total && total == 1299)
    }

    /// Cases that this build does not pass, with the reason.
    static let known: [String: (count: Int, reason: String)] = [
        "optional/cross-draft.json": (1, "draft 2019-09 is not implemented, and refused")
    ]

    @Test("The optional cases are reported by file, and none fails that passed before")
    func optionalCases() throws {
        guard let files = SuiteFiles.jsonFiles(in: "\(Self.folder)/optional") else {
            print("skipped: no JSON Schema suite at \(SuiteFiles.root)")
            return
        }
        let options = SchemaOptions(unknownKeywords: .annotate, documents: try Self.documents())
        try report(files.map { "optional/\($0)" }, options, "optional")
    }

    @Test("The optional cases of formats are reported by file, and none fails that passed before")
    func formats() throws {
        guard let files = SuiteFiles.jsonFiles(in: "\(Self.folder)/optional/format") else {
            print("skipped: no JSON Schema suite at \(SuiteFiles.root)")
            return
        }
        let options = SchemaOptions(unknownKeywords: .annotate, formats: .assert, documents: try Self.documents())
        try report(files.map { "optional/format/\($0)" }, options, "format")
    }

    private func report(_ files: [String], _ options: SchemaOptions, _ title: String) throws {
        var passed = 0
        var total = 0
        for file in files {
            let score = try Self.run(file, options)
            passed += score.passed
            total += score.total
            let known = Self.known[file]
            let failed = score.total - score.passed
            let note = known.map { ", \($0.reason)" } ?? ""
            print("JSON Schema 2020-12 \(file): \(score.passed) / \(score.total), \(score.refused) refused\(note)")
            #expect(failed == known?.count ?? 0, "\(file): \(score.failures.joined(separator: "\n"))")
        }
        print("JSON Schema 2020-12: \(passed) / \(total) \(title) cases passed")
    }
}
