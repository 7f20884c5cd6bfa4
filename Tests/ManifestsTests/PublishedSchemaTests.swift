import StrictJSON
import Testing

@testable import Manifests

@Suite("The published schemas say what the decoder does")
struct PublishedSchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var kind: Kind
        var document: JSON
        var isValid: Bool
        var isValidToSchema: Bool
        var testDescription: String
    }

    /// Shared with `Tests/Schemas/validate.py`.
    static let cases: [Case] = {
        let folder = #filePath.split(separator: "/").dropLast(2).map { "/" + $0 }.joined()
        guard let bytes = try? ManifestFile.bytes(of: folder + "/Schemas/cases.json"),
            let file = try? JSON(parsing: bytes), let cases = file["cases"]?.arrayValue
        else { return [] }
        return cases.compactMap { item in
            guard let kind = item["kind"]?.stringValue.flatMap(Kind.init), let valid = item["valid"]?.boolValue,
                var document = file["base"]?[kind.rawValue]
            else { return nil }
            for (pointer, value) in item["set"]?.objectValue ?? JSONObject() { document.set(value, at: pointer) }
            for pointer in item["remove"]?.arrayValue ?? [] { document.set(nil, at: pointer.stringValue ?? "") }
            return Case(
                kind: kind, document: document, isValid: valid, isValidToSchema: item["schema"]?.boolValue ?? valid,
                testDescription: item.encodedString())
        }
    }()

    @Test("there are cases")
    func control() {
        #expect(Self.cases.count > 150)
    }

    @Test("accept and reject alike", arguments: cases)
    func agree(_ item: Case) throws {
        let problems = item.kind.problems(item.document.encoded(), file: "x.json")
        #expect(problems.isEmpty == item.isValid, "\(problems.map(\.description))")
        #expect(try SchemaValidator(root: item.kind.schema).accepts(item.document) == item.isValidToSchema)
    }

    @Test("every key has a description, and no text is in two places")
    func descriptions() {
        for kind in Kind.allCases {
            let schema = kind.schema
            #expect(schema["$schema"] == "https://json-schema.org/draft/2020-12/schema")
            #expect(undescribed(schema, "").isEmpty)
        }
    }

    @Test("the bundled profiles are right to the schema too")
    func bundled() throws {
        for profile in try ProfileCatalog.load(directories: [BundledProfilesTests.folder]).profiles.values {
            #expect(try SchemaValidator(root: PublishedSchema.sandbox).accepts(profile.canonicalJSON()))
        }
    }

    /// The keys without a description.
    private func undescribed(_ schema: JSON, _ path: String) -> [String] {
        var found: [String] = []
        for (key, value) in schema["properties"]?.objectValue ?? JSONObject() {
            // What a JSON Schema in a manifest holds, and what a key cannot have, need none.
            guard !path.hasSuffix("/inputSchema"), value.boolValue == nil else { continue }
            if value["description"]?.stringValue?.hasSuffix(".") != true { found.append("\(path)/\(key)") }
            found += undescribed(value, "\(path)/\(key)")
        }
        for form in [schema["items"]] + (schema["anyOf"]?.arrayValue ?? []) {
            if let form { found += undescribed(form, path) }
        }
        for (key, value) in schema["$defs"]?.objectValue ?? JSONObject() { found += undescribed(value, "/\(key)") }
        return found
    }
}

extension Kind {
    var schema: JSON {
        switch self {
        case .tool: PublishedSchema.tool
        case .server: PublishedSchema.toolServer
        case .sandbox: PublishedSchema.sandbox
        case .intent: PublishedSchema.intent
        case .source: PublishedSchema.credentialSource
        }
    }
}

extension JSON {
    /// Sets or removes what a JSON pointer leads to.
    fileprivate mutating func set(_ value: JSON?, at pointer: String) {
        set(value, at: ArgumentPointer.parse(pointer)?[...] ?? [])
    }

    private mutating func set(_ value: JSON?, at tokens: ArraySlice<String>) {
        guard let token = tokens.first else { return }
        let rest = tokens.dropFirst()
        switch self {
        case .object(var object):
            var member = object[token] ?? .object(JSONObject())
            member.set(value, at: rest)
            object[token] = rest.isEmpty ? value : member
            self = .object(object)
        case .array(var array):
            guard let index = Int(token), array.indices.contains(index) else { return }
            if !rest.isEmpty { array[index].set(value, at: rest) } else if let value { array[index] = value }
            self = .array(array)
        default: break
        }
    }
}
