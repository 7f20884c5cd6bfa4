import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

@Suite("What is wrong with a condition is named by file, line and column")
struct ConditionErrorPlaceTests {
    static let conditions: [(lines: String, place: String)] = [
        ("    when: args.path == 1 && args.pth == \"x\"", "intent.yaml:8:"),
        ("    when: |\n      args.path != \"\" &&\n        args.pth == \"x\"", "intent.yaml:10:"),
        ("    when: >-\n      args.path != \"\"\n      && args.pth == \"x\"", "intent.yaml:10:"),
    ]

    @Test("in block scalars too", arguments: 0..<conditions.count)
    func place(index: Int) throws {
        let item = Self.conditions[index]
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: task
            purpose: A test.
            principal: alice@example.com
            rules:
              - allow: a.x

            """ + item.lines
        let intent = try Intent.load(Array(text.utf8), file: "intent.yaml")
        let schema: JSON = [
            "type": "object", "properties": ["path": ["type": "string"]], "additionalProperties": false,
        ]
        let error = #expect(throws: PolicyError.self) {
            try CompiledIntent(intent, tools: Fixture.tools("a.x", schema: schema))
        }
        let problem = try #require(error?.problems.first)
        #expect(problem.code == "bad-condition")
        let column = try #require(problem.column)
        #expect(error?.located(in: "intent.yaml").message.hasPrefix("\(item.place)\(column): ") == true)
        // The place is within the condition's own line.
        let line = text.split(separator: "\n", omittingEmptySubsequences: false)[(problem.line ?? 1) - 1]
        #expect((1...line.count).contains(column))
    }
}
