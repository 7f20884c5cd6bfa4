import Glibc
import Manifests
import StrictJSON

@testable import Policy
@testable import Replay

/// Intents, tools and traces in a line each.
enum Scene {
    static let start = Instant(secondsSince1970: 1_800_000_000)

    /// Rules as they stand in an intent, a line each.
    static func intent(_ rules: String..., more: String = "") throws -> Intent {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: test
            purpose: test
            principal: alice@example.com
            \(more)
            rules:
            \(rules.map { "  - " + $0 }.joined(separator: "\n"))
            """
        return try Intent.load(Array(text.utf8), file: "intent.yaml")
    }

    /// Tools of another agent, whose schemas allow any object.
    static func tools(_ names: String...) throws -> ReplayTools {
        var tools = ReplayTools()
        for name in names {
            let json: JSON = ["name": .string(name), "inputSchema": ["type": "object"]]
            if let tool = try MCPToolList.tool(json, in: "tools.json") { try tools.add(tool, from: "tools.json") }
        }
        return tools
    }

    static func session(
        _ intent: Intent, _ tools: ReplayTools, workspace: String? = nil, assume: ReplaySession.Answer = .deny
    ) throws -> ReplaySession {
        ReplaySession(try tools.compile(intent), tools: tools, workspace: workspace, assume: assume, now: start)
    }

    /// A file that goes away with the body.
    static func withFile<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        var template = Array("/tmp/agentbox-replay-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array(text.utf8)
        var written = 0
        while written < bytes.count {
            let count = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + written }, bytes.count - written)
            }
            guard count > 0 else { throw ReplayError(.unreadable, "cannot write \(path)") }
            written += count
        }
        close(descriptor)
        return try body(path)
    }
}
