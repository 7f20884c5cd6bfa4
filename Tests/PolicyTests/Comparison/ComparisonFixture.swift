import StrictJSON
import Testing

@testable import Manifests
@testable import Policy

/// Intents of a few lines, against a handful of tools.
enum ComparisonFixture {
    static let schemas: [String: JSON] = [
        "fs.write": [
            "type": "object", "required": ["path", "content"], "additionalProperties": false,
            "properties": [
                "path": ["type": "string"], "content": ["type": "string"],
                "mode": ["type": "string", "enum": ["create", "replace"]],
            ],
        ],
        "net.get": [
            "type": "object", "required": ["url"], "additionalProperties": false,
            "properties": ["url": ["type": "string"], "depth": ["type": "integer", "minimum": 0, "maximum": 9]],
        ],
        "pay.send": [
            "type": "object", "required": ["to", "amount"], "additionalProperties": false,
            "properties": [
                "to": ["type": "string"], "amount": ["type": "number", "exclusiveMinimum": 0],
                "currency": ["type": "string", "enum": ["EUR", "USD", "CHF"], "default": "EUR"],
                "note": ["type": "string", "maxLength": 80],
            ],
        ],
        "mail.send": [
            "type": "object", "required": ["to"],
            "properties": [
                "to": ["type": "array", "items": ["type": "string"], "minItems": 1, "maxItems": 5],
                "body": ["type": "string"], "urgent": ["type": "boolean"],
            ],
        ],
        "any": ["type": "object"],
    ]

    static func tools(_ annotations: Annotations? = nil) throws -> [ToolName: PolicyTool] {
        let none = Annotations(readOnly: false, destructive: false, idempotent: false, openWorld: false)
        return Dictionary(
            uniqueKeysWithValues: try schemas.map { name, schema in
                let tool = PolicyTool(
                    name: Fixture.name(name), annotations: annotations ?? none,
                    inputSchema: try CompiledSchema.compile(schema))
                return (tool.name, tool)
            })
    }

    /// `rules` are list items in YAML; `head` what else the manifest says.
    static func intent(_ rules: String, _ head: String = "") throws -> Intent {
        let list = rules.split(separator: "\n").map { "  \($0)\n" }.joined()
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: test
            purpose: test
            principal: alice@example.com
            \(head)
            rules:\(rules.isEmpty ? " []" : "")
            \(list)
            """
        return try Intent.load(Array(text.utf8), file: "test.yaml")
    }

    static func compile(_ rules: String, _ head: String = "") throws -> CompiledIntent {
        try CompiledIntent(try intent(rules, head), tools: try tools())
    }
}
