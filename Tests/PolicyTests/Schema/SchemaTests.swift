import StrictJSON
import Testing

@testable import Policy

@Suite("A schema is implemented or refused, never ignored")
struct SchemaTests {
    @Test(
        "Unknown keywords are refused with their name and place",
        arguments: [
            (#"{"additionalItems": false}"#, "/additionalItems"),
            (#"{"id": "x"}"#, "/id"),
            (#"{"minimun": 1}"#, "/minimun"),
            (##"{"$recursiveRef": "#"}"##, "/$recursiveRef"),
            (#"{"properties": {"a/b": {"nullable": true}}}"#, "/properties/a~1b/nullable"),
            (#"{"items": {"allOf": [{}, {"$reef": "x"}]}}"#, "/items/allOf/1/$reef"),
            (#"{"$defs": {"a": {"x": 1}}}"#, "/$defs/a/x"),
            (#"{"definitions": {"a": {"x": 1}}}"#, "/definitions/a/x"),
            (#"{"dependencies": {"a": {"x": 1}}}"#, "/dependencies/a/x"),
            (#"{"contentSchema": {"x": 1}}"#, "/contentSchema/x"),
            (#"{"unevaluatedProperties": {"x": 1}}"#, "/unevaluatedProperties/x"),
            (#"{"unevaluatedItems": {"x": 1}}"#, "/unevaluatedItems/x"),
            (#"{"if": {"x": 1}}"#, "/if/x"),
            (#"{"then": {"x": 1}}"#, "/then/x"),
            (#"{"not": {"x": 1}}"#, "/not/x"),
            (
                #"{"properties": {"a": {"$schema": "https://json-schema.org/draft/2020-12/schema"}}}"#,
                "/properties/a/$schema"
            ),
            (##"{"$schema": "http://json-schema.org/draft-04/schema#"}"##, "/$schema"),
            (##"{"$schema": "http://json-schema.org/draft-07/schema#", "$defs": {}}"##, "/$defs"),
        ])
    func unknown(schema: String, pointer: String) throws {
        let json = try JSON(parsing: schema)
        let error = #expect(throws: PolicyError.self) { try CompiledSchema.compile(json) }
        #expect(error?.problems.map(\.pointer) == [pointer])
    }

    @Test("A keyword that is nearly one is refused with that one as advice")
    func nearestKeyword() {
        let error = #expect(throws: PolicyError.self) { try CompiledSchema.compile(["minimun": 1]) }
        #expect(error?.remedy == "did you mean `minimum`?")
    }

    @Test("Where unknown keywords annotate, they constrain nothing and their places are kept")
    func annotations() throws {
        let options = SchemaOptions(unknownKeywords: .annotate)
        let schema = try CompiledSchema.compile(
            ["x-note": 1, "properties": ["a": ["minimun": 5, "type": "integer"]]], options: options)
        #expect(schema.unknownKeywords.sorted() == ["/properties/a/minimun", "/x-note"])
        #expect(schema.accepts(["a": 1]))
        #expect(!schema.accepts(["a": "x"]))
    }

    @Test(
        "An operand of the wrong kind is refused",
        arguments: [
            #"{"type": "text"}"#, #"{"type": []}"#, #"{"type": ["string", "string"]}"#, #"{"type": 1}"#,
            #"{"enum": 1}"#, #"{"minimum": "1"}"#, #"{"multipleOf": 0}"#, #"{"multipleOf": -1}"#,
            #"{"minLength": -1}"#, #"{"minLength": 1.5}"#, #"{"maxItems": "1"}"#, #"{"maxItems": 1e300}"#,
            #"{"pattern": 1}"#, #"{"pattern": "("}"#, #"{"pattern": "(?=a)"}"#, #"{"patternProperties": {"(": {}}}"#,
            #"{"patternProperties": []}"#, #"{"properties": []}"#, #"{"properties": {"a": 1}}"#,
            #"{"additionalProperties": 1}"#, #"{"required": "a"}"#, #"{"required": ["a", "a"]}"#, #"{"required": [1]}"#,
            #"{"allOf": []}"#, #"{"anyOf": {}}"#, #"{"oneOf": [1]}"#, #"{"not": 1}"#, #"{"if": 1}"#,
            #"{"items": [{}]}"#, #"{"prefixItems": []}"#, #"{"prefixItems": {}}"#, #"{"uniqueItems": 1}"#,
            #"{"contains": 1}"#, #"{"minContains": -1}"#, #"{"dependentRequired": {"a": "b"}}"#,
            #"{"dependentRequired": []}"#, #"{"dependentSchemas": {"a": 1}}"#, #"{"propertyNames": 1}"#,
            #"{"title": 1}"#, #"{"examples": 1}"#, #"{"readOnly": "yes"}"#, #"{"format": 1}"#, "1", #""x""#, "[]",
            "null",
        ])
    func badOperands(schema: String) throws {
        let json = try JSON(parsing: schema)
        #expect(throws: PolicyError.self) { try CompiledSchema.compile(json) }
    }

    @Test("All problems of a schema are reported at once")
    func allProblems() throws {
        let json = try JSON(parsing: #"{"$ref": "x", "minimum": "a", "items": {"foo": 1}}"#)
        let error = #expect(throws: PolicyError.self) { try CompiledSchema.compile(json) }
        #expect(error?.problems.count == 3)
    }

    @Test(
        "Numbers compare by value at the borders of their types",
        arguments: [
            (#"{"maximum": 9007199254740992}"#, "9007199254740993", false),
            (#"{"maximum": 9007199254740992}"#, "9007199254740992.0", true),
            (#"{"maximum": 9007199254740992.0}"#, "9007199254740993", false),
            (#"{"minimum": 9007199254740993}"#, "9007199254740992.0", false),
            (#"{"maximum": 9223372036854775807}"#, "9223372036854775808", false),
            (#"{"exclusiveMaximum": 9223372036854775808}"#, "9223372036854775807", true),
            (#"{"minimum": -9223372036854775808}"#, "-9223372036854775808", true),
            (#"{"minimum": -9223372036854775808}"#, "-9223372036854775809.0", true),
            (#"{"exclusiveMinimum": 1}"#, "1.0", false),
            (#"{"exclusiveMinimum": 1}"#, "1.0000000000000002", true),
            (#"{"exclusiveMinimum": -1}"#, "-1.5", false),
            (#"{"exclusiveMaximum": -1}"#, "-1.5", true),
            (#"{"const": 9007199254740993}"#, "9007199254740992", false),
            (#"{"const": 9007199254740993}"#, "9007199254740992.0", false),
            (#"{"const": 1}"#, "1.0", true),
            (#"{"const": 0}"#, "-0.0", true),
            (#"{"enum": [9007199254740993]}"#, "9007199254740993.0", false),
            (#"{"type": "integer"}"#, "1e300", true),
            (#"{"type": "integer"}"#, "1.5", false),
            (#"{"uniqueItems": true}"#, "[1, 1.0]", false),
            (#"{"uniqueItems": true}"#, "[9007199254740993, 9007199254740992.0]", true),
            (#"{"multipleOf": 3}"#, "9223372036854775807", false),
            (#"{"multipleOf": 7}"#, "9223372036854775807", true),
            (#"{"multipleOf": 9223372036854775807}"#, "-9223372036854775807", true),
            (#"{"multipleOf": 2}"#, "-9223372036854775808", true),
            (#"{"multipleOf": 0.01}"#, "19.99", true),
            (#"{"multipleOf": 0.01}"#, "19.999", false),
            (#"{"multipleOf": 0.1}"#, "0.30000000000000004", false),
            (#"{"multipleOf": 0.1}"#, "0.3", true),
            (#"{"multipleOf": 1e-8}"#, "12391239123", true),
            (#"{"multipleOf": 1e300}"#, "1e301", true),
            (#"{"multipleOf": 3}"#, "1e300", false),
            (#"{"multipleOf": 5e-324}"#, "1e308", true),
            (#"{"multipleOf": 0.5}"#, "0", true),
        ])
    func numbers(schema: String, value: String, valid: Bool) throws {
        let compiled = try CompiledSchema.compile(try JSON(parsing: schema))
        #expect(compiled.accepts(try JSON(parsing: value)) == valid)
    }

    @Test("Texts are compared by code points, lengths count code points")
    func texts() throws {
        let composed = try CompiledSchema.compile(["const": "\u{E9}"])
        #expect(composed.accepts("\u{E9}"))
        #expect(!composed.accepts("e\u{301}"))
        let named = try CompiledSchema.compile(["properties": ["\u{E9}": true], "additionalProperties": false])
        #expect(named.accepts(["\u{E9}": 1]))
        #expect(!named.accepts(["e\u{301}": 1]))
        let required = try CompiledSchema.compile(["required": ["\u{E9}"]])
        #expect(!required.accepts(["e\u{301}": 1]))
        let short = try CompiledSchema.compile(["maxLength": 2])
        #expect(short.accepts("e\u{301}"))
        #expect(!short.accepts("\u{1F468}\u{200D}\u{1F469}"))
    }

    @Test("A violation names its place and what was expected")
    func violations() throws {
        let schema = try CompiledSchema.compile([
            "type": "object", "required": ["path"], "additionalProperties": false,
            "properties": [
                "path": ["type": "string", "minLength": 1],
                "lines": ["type": "array", "items": ["type": "integer", "minimum": 1]],
            ],
        ])
        #expect(schema.validate(["path": "a", "lines": [1, 2]]) == [])
        let found = schema.validate(["pth": "a", "lines": [1, 0, "x"]])
        #expect(
            found.map(\.description) == [
                "expected a member `path`",
                "there is no member `pth`, did you mean `path`?",
                "`/lines/1`: expected at least 1, found 0",
                "`/lines/2`: expected integer, found a string",
            ])
        #expect(schema.validate("x").map(\.message) == ["expected object, found a string"])
    }

    @Test("What an agent wrote is shown without its control characters")
    func violationsAreFitToShow() throws {
        let schema = try CompiledSchema.compile(["additionalProperties": false])
        let message = schema.validate(["a`\u{1B}[2J\u{202E}": 1])[0].message
        #expect(message == "there is no member `a\\u{60}\\u{1B}[2J\\u{202E}`")
    }

    @Test("A pattern that is refused is cited without its control characters")
    func citedPattern() {
        let error = #expect(throws: PolicyError.self) {
            try CompiledSchema.compile(["type": "string", "pattern": "^\\p{Lette\\\r}+$"])
        }
        let messages = error?.problems.map(\.message) ?? []
        #expect(!messages.isEmpty)
        #expect(messages.allSatisfy { $0.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F } })
    }

    @Test("A report is bounded, however wrong the value is")
    func boundedReport() throws {
        let schema = try CompiledSchema.compile(["items": ["type": "string"]])
        let value = JSON.array(Array(repeating: 1, count: 10_000))
        #expect(schema.validate(value).count == SchemaValidation.maximumViolations)
    }

    @Test("Depth and size of a schema are bounded")
    func bounds() {
        var deep: JSON = true
        for _ in 0..<70 { deep = ["not": deep] }
        #expect(throws: PolicyError.self) { try CompiledSchema.compile(deep) }
        let wide: JSON = ["enum": .array((0..<60_000).map { .integer($0) })]
        #expect(throws: PolicyError.self) { try CompiledSchema.compile(wide) }
        var patterns = JSONObject()
        for index in 0..<600 { patterns["p\(index)"] = ["pattern": .string("^a\(index)$")] }
        let hungry: JSON = ["properties": .object(patterns)]
        #expect(throws: PolicyError.self) { try CompiledSchema.compile(hungry) }
    }

    @Test("A large array is checked for doubles in time near linear")
    func uniqueness() throws {
        let schema = try CompiledSchema.compile(["uniqueItems": true])
        let value = JSON.array((0..<200_000).map { .integer($0) })
        // Each with each would be 20,000,000,000 comparisons.
        #expect(schema.accepts(value))
    }

    @Test(
        "What a value can have is told from what it cannot",
        arguments: [
            (["path"], true), (["pth"], false), (["nested", "a"], true), (["nested", "b"], true),
            (["list", "0"], true),
            (["list", "5"], false), (["list", "x"], false), (["list", "0", "id"], true), (["list", "0", "no"], false),
            (["x-any"], true), (["path", "deeper"], false), (["either"], true), (["either", "p"], true),
            (["either", "q"], true), (["either", "r"], false),
        ] as [([String], Bool)])
    func reach(pointer: [String], possible: Bool) throws {
        let item: JSON = ["type": "object", "properties": ["id": true], "additionalProperties": false]
        let either: JSON = [
            "anyOf": [
                ["type": "object", "properties": ["p": true], "additionalProperties": false],
                ["type": "object", "properties": ["q": true], "additionalProperties": false],
            ]
        ]
        let schema = try CompiledSchema.compile([
            "type": "object", "additionalProperties": false,
            "properties": [
                "path": ["type": "string"], "nested": ["properties": ["a": true]],
                "list": ["type": "array", "items": item, "maxItems": 3], "either": either,
            ],
            "patternProperties": ["^x-": true],
        ])
        #expect(schema.canHave(pointer) == possible)
    }
}
