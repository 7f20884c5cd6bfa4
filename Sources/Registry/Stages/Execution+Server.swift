import MCP
import Sandbox
import StrictJSON

extension Execution {
    /// The server was of no use for the call, before it knew of it or after.
    init(_ error: ServerError, wasStarted: Bool) {
        self.init(
            failure: Outcome.Failure(code: error.code, message: error.message, details: error.details),
            wasStarted: wasStarted)
    }

    /// A call that a tool server was given.
    init(_ reply: ServerReply, of definition: ToolDefinition, time: Duration, duration: Duration) {
        func report(
            _ end: CallReport.End, output: String = "", errors: String = "", _ violations: [Violation] = []
        ) -> CallReport {
            CallReport(
                end: end, output: Array(output.utf8), errorOutput: Array(errors.utf8), duration: duration,
                violations: violations)
        }
        func limit(_ operation: String, _ detail: String) -> [Violation] {
            [Violation(layer: "limits", operation: operation, detail: detail)]
        }
        switch reply {
        case .answered(let result, let bytes):
            self.init(report(.answered(isError: result.isError), output: ServerContent.text(of: result.content)))
            outputBytes = bytes
            take(result, definition)
        case .refused(let error): self.init(report(.answered(isError: true), errors: error.message))
        case .tooLong(let bytes):
            self.init(report(.outputLimit, limit("output", "the answer had \(bytes) bytes")))
            outputBytes = bytes
        case .stopped(.deadline): self.init(report(.timedOut, limit("time", "took longer than \(time)")))
        case .stopped(.cancellation): self.init(report(.cancelled))
        case .ended(let error): self.init(error, wasStarted: true)
        }
    }

    private mutating func take(_ result: MCPToolResult, _ definition: ToolDefinition) {
        guard let blocks = ServerContent.known(result.content) else {
            return fail("invalid-output", "the server's answer holds content of a kind that MCP does not have")
        }
        content = blocks
        let value = result.structuredContent.flatMap { $0.isNull ? nil : $0 }
        guard let schema = definition.outputSchema else {
            // Nobody promised anything of it.
            structured = value
            return
        }
        guard !result.isError else {
            structured = value.flatMap { schema.validate($0).isEmpty ? $0 : nil }
            return
        }
        guard let value else {
            return fail(
                "invalid-output", "the server's answer has no structured content, which its output schema promises")
        }
        require(value, schema)
    }
}

/// What a server's answer may hold.
enum ServerContent {
    /// The members of each type of block that are handed on. Not `annotations` and `_meta`, by which a server could tell
    /// clients what to do with a block.
    private static let members = [
        "text": ["text"], "image": ["data", "mimeType"], "audio": ["data", "mimeType"],
        "resource_link": ["uri", "name", "title", "description", "mimeType", "size"], "resource": ["resource"],
    ]

    /// The blocks with the members that are known; nil if the type of one is not.
    static func known(_ content: [MCPContent]) -> [MCPContent]? {
        var blocks: [MCPContent] = []
        for block in content {
            guard let members = members[block.type] else { return nil }
            var kept = JSONObject()
            for member in members { kept[member] = block.others[member] }
            blocks.append(MCPContent(type: block.type, others: kept))
        }
        return blocks
    }

    /// What there is to read in the blocks.
    static func text(of content: [MCPContent]) -> String {
        content.map { $0.text ?? "[\(members[$0.type] == nil ? "unknown" : $0.type)]" }.joined(separator: "\n")
    }
}
