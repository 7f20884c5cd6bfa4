import StrictJSON
import Testing

@testable import Policy

/// Work is counted in steps, not timed: a step is less than a microsecond on any machine.
@Suite("A hostile schema or value costs a bounded number of steps")
struct SchemaBoundsTests {
    static func steps(
        _ schema: CompiledSchema, _ value: JSON, limit: Int = SchemaValidation.maximumSteps
    ) -> (valid: Bool, steps: Int) {
        var validation = SchemaValidation(schema.program, collects: false, limit: limit)
        let valid = validation.accepts(value, root: schema.root)
        return (valid, validation.steps)
    }

    /// Each definition asks the next one twice: 2ⁿ checks of one value.
    static func doubling(_ count: Int, _ keyword: String) -> JSON {
        var definitions: JSONObject = ["d\(count)": ["type": "integer"]]
        for index in 0..<count {
            let next: JSON = ["$ref": .string("#/$defs/d\(index + 1)")]
            definitions["d\(index)"] = .object([keyword: [next, next]])
        }
        return ["$ref": "#/$defs/d0", "$defs": .object(definitions)]
    }

    @Test("An exponential chain is given up, and the value is invalid", arguments: ["allOf", "oneOf"])
    func exponential(keyword: String) throws {
        let small = try CompiledSchema.compile(Self.doubling(10, "allOf"))
        #expect(Self.steps(small, 1) == (true, 1 << 11 - 1))
        let schema = try CompiledSchema.compile(Self.doubling(60, "allOf"))
        let result = Self.steps(schema, 1)
        #expect(!result.valid)
        // Those who asked each ask once more, in vain.
        #expect(result.steps <= SchemaValidation.maximumSteps + ReferenceGraph.maximumHeight)
        #expect(schema.validate(1).map(\.message) == [SchemaValidation.Exhaustion.steps.message])
        // And not valid where a failure counts as success.
        guard case .object(var members) = Self.doubling(60, "allOf") else { return }
        members["$ref"] = nil
        members["not"] = ["not": ["not": ["$ref": "#/$defs/d0"]]]
        #expect(!Self.steps(try CompiledSchema.compile(.object(members)), 1, limit: 10_000).valid)
    }

    @Test("Questions about a schema do not double with its references")
    func views() throws {
        let schema = try CompiledSchema.compile(Self.doubling(60, "anyOf"))
        #expect(schema.canHave([]))
        #expect(!schema.canHave(["a"]))
        #expect(schema.memberNames(at: ["a"]) == [])
        #expect(schema.argumentType() == .any)
        var definitions: JSONObject = ["d40": ["type": "string"]]
        for index in 0..<40 {
            let next: JSON = ["$ref": .string("#/$defs/d\(index + 1)")]
            definitions["d\(index)"] = ["type": "object", "properties": ["a": next, "b": next]]
        }
        let tree = try CompiledSchema.compile(["$ref": "#/$defs/d0", "$defs": .object(definitions)])
        #expect(tree.argumentType().size(limit: .max) <= ArgumentTyping.maximumSize)
    }

    @Test("A typical call takes a step for each of its values")
    func typical() throws {
        let schema = try CompiledSchema.compile([
            "type": "object", "properties": ["to": ["type": "array", "items": ["$ref": "#/$defs/address"]]],
            "$defs": ["address": ["type": "string", "maxLength": 100]],
        ])
        #expect(Self.steps(schema, ["to": ["a", "b", "c"]]) == (true, 5))
    }

    @Test(
        "Work that grows with the value is counted",
        arguments: [
            ["uniqueItems": true], ["enum": [1, [2]]], ["const": [1]], ["contains": ["const": 2]],
            ["unevaluatedItems": ["type": "integer"]], ["items": ["type": "integer"]],
        ] as [JSON])
    func linear(schema: JSON) throws {
        let value = JSON.array((0..<20_000).map { .integer($0) })
        let one = Self.steps(try CompiledSchema.compile(schema), value).steps
        #expect(one >= 5_000)
        let many = try CompiledSchema.compile([
            "anyOf": .array(Array(repeating: ["allOf": [schema, false]], count: 1_000))
        ])
        let all = Self.steps(many, value, limit: 1_000_000)
        #expect(!all.valid)
        #expect(all.steps <= 1_000_000 + 1_000 + one)
    }

    @Test("Long texts count for patterns")
    func patterns() throws {
        let schema = try CompiledSchema.compile(["pattern": "^(a+)+$"])
        let text = JSON.string(String(repeating: "a", count: 1 << 20))
        #expect(Self.steps(schema, text).steps > 1 << 14)
    }

    @Test("A value that nests deeper than can be checked is invalid")
    func deepValue() throws {
        let schema = try CompiledSchema.compile(["items": ["$ref": "#"]])
        func nested(_ depth: Int) -> JSON {
            var value: JSON = []
            for _ in 1..<depth { value = [value] }
            return value
        }
        #expect(schema.accepts(nested(512)))
        #expect(!schema.accepts(nested(2_000)))
        #expect(schema.validate(nested(2_000)).map(\.message) == [SchemaValidation.Exhaustion.depth.message])
    }

    @Test("Depth, size, references and chains of a schema are bounded")
    func schemas() throws {
        func code(_ schema: JSON) -> String? {
            do throws(PolicyError) {
                _ = try CompiledSchema.compile(schema)
                return nil
            } catch {
                return error.code
            }
        }
        var deep: JSON = true
        for _ in 0..<70 { deep = ["allOf": [deep]] }
        #expect(code(deep) == "schema-too-deep")
        var properties = JSONObject()
        for index in 0..<100_000 { properties["p\(index)"] = true }
        #expect(code(["properties": .object(properties)]) == "schema-too-large")
        var references = JSONObject()
        for index in 0..<12_000 { references["p\(index)"] = ["$ref": "#/$defs/a"] }
        #expect(code(["properties": .object(references), "$defs": ["a": true]]) == "too-many-references")
        var chain: JSONObject = ["d300": true]
        for index in 0..<300 { chain["d\(index)"] = ["allOf": [["$ref": .string("#/$defs/d\(index + 1)")]]] }
        #expect(code(["$ref": "#/$defs/d0", "$defs": .object(chain)]) == "schema-too-deep")
        #expect(code(["pattern": .string(String(repeating: "a", count: 1 << 20))]) == "bad-pattern")
        #expect(code(["$ref": .string("#/" + String(repeating: "a/", count: 1 << 20))]) == "bad-reference")
    }

    @Test("A report about a schema is bounded, however wrong the schema is")
    func problems() {
        var members = JSONObject()
        for index in 0..<10_000 { members["minimun\(index)"] = 1 }
        let error = #expect(throws: PolicyError.self) { try CompiledSchema.compile(.object(members)) }
        #expect(error?.problems.count == SchemaProblems.maximum)
    }

    @Test("Patterns whose repetitions write themselves out again and again are refused")
    func repetitions() {
        let nested = String(repeating: "(", count: 50) + "a" + String(repeating: "{9999})", count: 50)
        #expect(throws: PatternRefusal.self) { try ECMAPattern.re2(nested) }
        // And a long plain one, or a class of thousands, is not.
        #expect(throws: Never.self) {
            try ECMAPatternTests.expression(String(repeating: "[a-z]\\.", count: 900))
        }
        let letters = (0..<2_000).compactMap { Unicode.Scalar(0x4E00 + 2 * UInt32($0)) }.reversed()
        var scalars = String.UnicodeScalarView()
        scalars.append(contentsOf: letters)
        #expect(throws: Never.self) { try ECMAPatternTests.expression("[\(String(scalars))]") }
    }
}
