import StrictJSON
import Testing

@testable import Policy

@Suite("The type of an argument is what its schema says, and open where it says nothing exact")
struct ArgumentTypeTests {
    static func type(_ schema: String, _ pointer: [String] = ["a"]) throws -> ArgumentType? {
        try CompiledSchema.compile(try JSON(parsing: schema)).argumentType(at: pointer)
    }

    @Test(
        "One kind is known, several are not",
        arguments: [
            (#"{"type": "string"}"#, .string), (#"{"type": "integer"}"#, .integer), (#"{"type": "number"}"#, .number),
            (#"{"type": ["integer", "number"]}"#, .number), (#"{"type": "boolean"}"#, .boolean),
            (#"{"type": "null"}"#, .null), (#"{"type": ["string", "null"]}"#, .any), ("true", .any),
            (#"{"enum": ["x", "y"]}"#, .string), (#"{"enum": ["x", 1]}"#, .any), (#"{"const": 2}"#, .integer),
            (#"{"enum": [1, 2.5]}"#, .number), (#"{"minimum": 1}"#, .any), (#"{"minLength": 1}"#, .any),
            (#"{"type": "array"}"#, .array(.any)),
            (#"{"type": "array", "items": {"type": "string"}}"#, .array(.string)),
            (
                #"{"type": "array", "prefixItems": [{"type": "integer"}], "items": {"type": "number"}}"#,
                .array(.number)
            ),
            (#"{"type": "array", "prefixItems": [{"type": "integer"}], "items": false}"#, .array(.integer)),
            (#"{"type": "array", "prefixItems": [{"type": "integer"}]}"#, .array(.any)),
            (#"{"allOf": [{"type": "number"}, {"type": "integer"}]}"#, .integer),
            (#"{"type": "string", "allOf": [{"minLength": 1}]}"#, .string),
            (#"{"anyOf": [{"type": "string"}, {"const": "x"}]}"#, .string),
            (#"{"anyOf": [{"type": "string"}, {"type": "null"}]}"#, .any),
            (#"{"type": "string", "anyOf": [{"type": "string"}, {"type": "null"}]}"#, .string),
            (#"{"oneOf": [{"type": "integer"}, {"type": "number"}]}"#, .number),
            (#"{"allOf": [{"type": "string"}, {"type": "integer"}]}"#, .any),
        ] as [(String, ArgumentType)])
    func kinds(schema: String, expected: ArgumentType) throws {
        #expect(try Self.type(#"{"properties": {"a": \#(schema)}}"#) == expected)
    }

    @Test("Arguments are an object, open or closed, with what they need")
    func objects() throws {
        let closed = try CompiledSchema.compile([
            "type": "object", "required": ["to"], "additionalProperties": false,
            "properties": ["to": ["type": "string"], "amount": ["type": "number"], "never": false],
        ])
        #expect(
            closed.argumentType() == .object(["to": .string, "amount": .number], isOpen: false, required: ["to"]))
        #expect(closed.argumentType(at: ["nothing"]) == nil)
        #expect(closed.argumentType(at: ["to", "deeper"]) == nil)
        let open = try CompiledSchema.compile(["properties": ["to": ["type": "string"]]])
        #expect(open.argumentType() == .object(["to": .string], isOpen: true, required: []))
        #expect(open.argumentType(at: ["else"]) == .any)
        let matched = try CompiledSchema.compile(["patternProperties": ["^x-": true], "additionalProperties": false])
        #expect(matched.argumentType() == .object([:], isOpen: true, required: []))
    }

    @Test("What branches and parts say of members is put together")
    func composition() throws {
        let schema = try CompiledSchema.compile([
            "type": "object", "properties": ["a": true], "required": ["a"],
            "allOf": [["properties": ["a": ["type": "integer"], "b": ["type": "string"]], "required": ["b"]]],
            "anyOf": [
                ["properties": ["c": ["type": "string"]], "required": ["c"]],
                ["properties": ["c": ["type": "string"], "d": ["type": "null"]], "additionalProperties": true],
            ],
        ])
        #expect(
            schema.argumentType()
                == .object(
                    ["a": .integer, "b": .string, "c": .string, "d": .any], isOpen: true, required: ["a", "b"]))
    }

    @Test("A type stays small however deep and shared the schema is")
    func bounds() throws {
        var deep: JSON = ["type": "string"]
        for _ in 0..<25 { deep = ["type": "object", "properties": ["a": deep]] }
        let type = try CompiledSchema.compile(deep).argumentType()
        #expect(type.size(limit: .max) <= ArgumentTyping.maximumDepth + 1)
    }
}
