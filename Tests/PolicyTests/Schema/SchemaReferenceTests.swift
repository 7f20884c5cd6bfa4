import StrictJSON
import Testing

@testable import Policy

@Suite("References lead where the standard says, or the schema is refused")
struct SchemaReferenceTests {
    static func compile(_ schema: String, _ documents: [String: JSON] = [:]) throws -> CompiledSchema {
        try CompiledSchema.compile(
            try JSON(parsing: schema), options: SchemaOptions(documents: SchemaDocuments(documents)))
    }

    @Test(
        "A reference is followed",
        arguments: [
            (##"{"$ref": "#/$defs/a", "$defs": {"a": {"type": "integer"}}}"##, "1", "true"),
            (##"{"$ref": "#a", "$defs": {"x": {"$anchor": "a", "type": "integer"}}}"##, "1", "true"),
            (
                ##"{"properties": {"next": {"$ref": "#"}}, "additionalProperties": false}"##, #"{"next": {}}"#,
                #"{"next": {"x": 1}}"#
            ),
            (##"{"$ref": "#/$defs/a~1b%25c~0d", "$defs": {"a/b%c~d": {"const": 1}}}"##, "1", "2"),
            (#"{"$id": "http://a.example/b/c", "$ref": "../d", "$defs": {"x": {"$id": "/d", "const": 1}}}"#, "1", "2"),
            (#"{"$ref": "urn:x:y", "$defs": {"x": {"$id": "urn:x:y", "const": 1}}}"#, "1", "2"),
            (#"{"$ref": "x.json", "$defs": {"x": {"$id": "x.json", "const": 1}}}"#, "1", "2"),
            (##"{"$ref": "#/definitions/a", "definitions": {"a": {"const": 1}}}"##, "1", "2"),
            (##"{"$ref": "#/properties/a/items", "properties": {"a": {"items": {"const": 1}}}}"##, "1", "2"),
            (
                #"{"$ref": "https://json-schema.org/draft/2020-12/schema"}"#, #"{"type": "string"}"#,
                #"{"type": "text"}"#
            ),
            (##"{"$ref": "http://json-schema.org/draft-07/schema#"}"##, #"{"items": [{}]}"#, #"{"type": "text"}"#),
            (#"{"$ref": "http://docs.example/a.json"}"#, "1", #""x""#),
            (##"{"$ref": "http://docs.example/a.json#/$defs/text"}"##, #""x""#, "1"),
            (#"{"$ref": "http://docs.example/b.json"}"#, "1", #""x""#),
            (#"{"$ref": "http://renamed.example/c"}"#, "null", "1"),
        ])
    func followed(schema: String, valid: String, invalid: String) throws {
        let compiled = try Self.compile(
            schema,
            [
                "http://docs.example/a.json": ["type": "integer", "$defs": ["text": ["type": "string"]]],
                "http://docs.example/b.json": ["$ref": "a.json"],
                "http://renamed.example/c": [
                    "$id": "http://own.example/c", "$ref": "#n", "$defs": ["n": ["$anchor": "n", "type": "null"]],
                ],
            ])
        #expect(compiled.accepts(try JSON(parsing: valid)))
        #expect(!compiled.accepts(try JSON(parsing: invalid)))
    }

    @Test(
        "A reference that leads nowhere is refused, and nothing is fetched",
        arguments: [
            (##"{"$ref": "#/$defs/b", "$defs": {"a": {}}}"##, "bad-reference"),
            (##"{"$ref": "#b", "$defs": {"a": {"$anchor": "a"}}}"##, "bad-reference"),
            (#"{"$ref": "http://example.com/schema.json"}"#, "bad-reference"),
            (#"{"$ref": "file:///etc/passwd"}"#, "bad-reference"),
            (#"{"$ref": "other.json"}"#, "bad-reference"),
            (##"{"$ref": "#/%zz"}"##, "bad-reference"), (##"{"$ref": "#/a~2"}"##, "bad-reference"),
            (##"{"$ref": "#/%ff"}"##, "bad-reference"),
            (##"{"$ref": "#/allOf/01", "allOf": [{}, {}]}"##, "bad-reference"),
            (#"{"$ref": "a b"}"#, "bad-reference"), (#"{"$ref": 1}"#, "bad-operand"),
            (##"{"$ref": "#/title", "title": "x"}"##, "not-a-schema"),
            (##"{"$id": "http://a.example/#x"}"##, "bad-identifier"), (#"{"$anchor": "1a"}"#, "bad-operand"),
            (#"{"$defs": {"a": {"$anchor": "x"}, "b": {"$anchor": "x"}}}"#, "duplicate-identifier"),
            (
                #"{"$defs": {"a": {"$id": "http://x.example/"}, "b": {"$id": "http://x.example/"}}}"#,
                "duplicate-identifier"
            ),
            (#"{"$schema": "http://example.com/dialect"}"#, "unknown-dialect"),
            (#"{"$schema": "https://json-schema.org/draft/2019-09/schema"}"#, "unknown-dialect"),
            (##"{"$ref": "#"}"##, "reference-loop"), (##"{"allOf": [{"$ref": "#"}]}"##, "reference-loop"),
            (
                ##"{"$ref": "#/$defs/a", "$defs": {"a": {"not": {"$ref": "#/$defs/b"}}, "b": {"if": {"$ref": "#/$defs/a"}}}}"##,
                "reference-loop"
            ),
            (##"{"dependentSchemas": {"a": {"$ref": "#"}}}"##, "reference-loop"),
            (##"{"$dynamicRef": "#a", "$dynamicAnchor": "a"}"##, "reference-loop"),
        ])
    func refused(schema: String, code: String) throws {
        let error = #expect(throws: PolicyError.self) { try Self.compile(schema) }
        #expect(error?.code == code)
    }

    @Test("A circle that goes into the value is no loop")
    func recursion() throws {
        let schema = try Self.compile(
            ##"{"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#"}}}, "additionalProperties": false}"##
        )
        #expect(schema.accepts(["children": [["children": []], [:]]]))
        #expect(schema.validate(["children": [["children": [1]]]]).map(\.pointer) == ["/children/0/children/0"])
    }

    @Test("A circle of dynamic references that only the way closes ends as invalid")
    func dynamicLoop() throws {
        let schema = try Self.compile(
            ##"""
            {"$id": "http://x.example/root", "$ref": "list", "$dynamicAnchor": "item", "$defs": {"list": {"$id": "list",
            "$dynamicRef": "#item", "$defs": {"item": {"$dynamicAnchor": "item"}}}}}
            """##)
        #expect(!schema.accepts(1))
        #expect(schema.validate(1).first?.message.contains("too deep") == true)
        // The answer stays no where a failure counts as success.
        let negated = try Self.compile(
            ##"""
            {"not": {"$ref": "http://x.example/root"}, "$defs": {"root": {"$id": "http://x.example/root", "$ref": "list",
            "$dynamicAnchor": "item", "$defs": {"list": {"$id": "list", "$dynamicRef": "#item",
            "$defs": {"item": {"$dynamicAnchor": "item"}}}}}}}
            """##)
        #expect(!negated.accepts(1))
    }

    @Test("Reach and types follow references")
    func views() throws {
        let schema = try Self.compile(
            ##"""
            {"$ref": "#/$defs/call", "$defs": {
            "call": {"type": "object", "properties": {"to": {"$ref": "#/$defs/address"}, "tree": {"$ref": "#/$defs/tree"}},
            "additionalProperties": false},
            "address": {"type": "object", "required": ["host"], "properties": {"host": {"type": "string"}},
            "unevaluatedProperties": false},
            "tree": {"type": "object", "properties": {"left": {"$ref": "#/$defs/tree"}}, "additionalProperties": false}}}
            """##)
        #expect(schema.canHave(["to", "host"]))
        #expect(!schema.canHave(["to", "port"]))
        #expect(schema.canHave(["tree", "left", "left", "left"]))
        #expect(!schema.canHave(["tree", "left", "right"]))
        #expect(schema.memberNames(at: ["to"]) == ["host"])
        #expect(schema.memberNames(at: ["tree", "left"]) == ["left"])
        #expect(schema.argumentType(at: ["to"]) == .object(["host": .string], isOpen: false, required: ["host"]))
        #expect(schema.argumentType(at: ["to", "port"]) == nil)
        #expect(schema.argumentType(at: ["tree"]) == .object(["left": .any], isOpen: false, required: []))
    }
}
