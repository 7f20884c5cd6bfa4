import StrictJSON
import Testing

@testable import Policy

@Suite("A schema is read in the dialect that it declares")
struct SchemaDialectTests {
    static let draft7 = ##""$schema": "http://json-schema.org/draft-07/schema#""##

    @Test(
        "Draft-07 means what it says",
        arguments: [
            // An array of `items` is for the first elements.
            (#""items": [{"type": "integer"}], "additionalItems": false"#, "[1]", "[1, 2]"),
            (#""items": [{"type": "integer"}], "additionalItems": {"type": "null"}"#, "[1, null]", "[1, 2]"),
            (#""items": {"type": "integer"}, "additionalItems": false"#, "[1, 2]", #"["x"]"#),
            (#""items": [], "additionalItems": false"#, "[]", "[1]"),
            (
                #""dependencies": {"a": ["b"], "c": {"required": ["d"]}}"#, #"{"a": 1, "b": 1, "c": 1, "d": 1}"#,
                #"{"a": 1}"#
            ),
            (#""dependencies": {"a": ["b"], "c": {"required": ["d"]}}"#, "{}", #"{"c": 1}"#),
            (
                ##""properties": {"a": {"$ref": "#/definitions/a"}}, "definitions": {"a": {"type": "null"}}"##,
                #"{"a": null}"#, #"{"a": 1}"#
            ),
            // What stands beside `$ref` says nothing, an `$id` neither.
            (
                ##""properties": {"a": {"$ref": "#/definitions/a", "maxLength": 1}}, "definitions": {"a": {"type": "string"}}"##,
                #"{"a": "long"}"#, #"{"a": 1}"#
            ),
            (
                ##""properties": {"a": {"$ref": "#/definitions/a", "$id": "http://x.example/"}}, "definitions": {"a": {"type": "string"}}"##,
                #"{"a": "long"}"#, #"{"a": 1}"#
            ),
            // `$id` with a fragment is an anchor.
            (##""allOf": [{"$ref": "#a"}], "definitions": {"x": {"$id": "#a", "type": "string"}}"##, #""x""#, "1"),
            (#""contains": {"const": 1}"#, "[1]", "[]"),
            (#""if": {"const": 1}, "else": {"type": "string"}"#, "1", "2"),
        ])
    func draft7(keywords: String, valid: String, invalid: String) throws {
        let schema = try CompiledSchema.compile(try JSON(parsing: "{\(Self.draft7), \(keywords)}"))
        #expect(schema.accepts(try JSON(parsing: valid)))
        #expect(!schema.accepts(try JSON(parsing: invalid)))
    }

    @Test(
        "Keywords of the other draft are unknown",
        arguments: ["prefixItems", "$defs", "dependentRequired", "minContains"])
    func others(keyword: String) throws {
        let schema = try JSON(parsing: "{\(Self.draft7), \"\(keyword)\": {}}")
        #expect(throws: PolicyError.self) { try CompiledSchema.compile(schema) }
        _ = try CompiledSchema.compile(schema, options: SchemaOptions(unknownKeywords: .annotate))
    }

    @Test("A resource may declare another dialect than what it lies in")
    func mixed() throws {
        let schema = try CompiledSchema.compile(
            try JSON(
                parsing: ##"""
                    {"$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [{"$ref": "old.json"}],
                    "items": false, "$defs": {"old": {"$id": "old.json", \##(Self.draft7),
                    "items": [{"type": "integer"}], "additionalItems": false}}}
                    """##))
        #expect(schema.accepts([[1]]))
        #expect(!schema.accepts([[1, 2]]))
        #expect(!schema.accepts([[1], 2]))
    }

    @Test("A metaschema among the documents makes a dialect by its vocabularies")
    func vocabularies() throws {
        func metaschema(_ vocabularies: JSON) -> SchemaDocuments {
            SchemaDocuments([
                "http://x.example/meta": [
                    "$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "http://x.example/meta",
                    "$vocabulary": vocabularies,
                ]
            ])
        }
        let prefix = "https://json-schema.org/draft/2020-12/vocab/"
        let documents = metaschema(.object(["\(prefix)core": true, "\(prefix)format-assertion": true]))
        let schema: JSON = ["$schema": "http://x.example/meta", "format": "ipv4"]
        let compiled = try CompiledSchema.compile(schema, options: SchemaOptions(documents: documents))
        #expect(compiled.accepts("127.0.0.1"))
        #expect(!compiled.accepts("x"))
        // `type` is of a vocabulary that it does not have.
        #expect(throws: PolicyError.self) {
            try CompiledSchema.compile(
                ["$schema": "http://x.example/meta", "type": "string"], options: SchemaOptions(documents: documents))
        }
        let required = metaschema(["http://x.example/vocabulary": true])
        #expect(throws: PolicyError.self) {
            try CompiledSchema.compile(
                ["$schema": "http://x.example/meta"], options: SchemaOptions(documents: required))
        }
        let optional = metaschema(["http://x.example/vocabulary": false])
        _ = try CompiledSchema.compile(
            ["$schema": "http://x.example/meta"], options: SchemaOptions(documents: optional))
    }

    @Test("The metaschemas are there, and take themselves for valid")
    func metaschemas() throws {
        #expect(Metaschemas.documents.count == 10)
        for (uri, document) in Metaschemas.documents {
            let schema = try CompiledSchema.compile(["$ref": .string(uri.text)])
            #expect(schema.accepts(document), "\(uri.text)")
            _ = try CompiledSchema.compile(document)
        }
    }
}
