import MCP
import Manifests
import Policy
import Registry
import Sandbox
import StrictJSON

/// The registry as an MCP server sees it.
package struct RegistryProvider: ToolProvider {
    private let registry: Registry

    package init(_ registry: Registry) { self.registry = registry }

    package func tools() async -> [MCPTool] { registry.visibleTools.map(\.mcpTool) }

    package func call(
        _ name: String, arguments: JSON, context: MCPCallContext
    ) async throws(MCPError) -> MCPToolResult {
        let outcome = await context.progress.whileRunning {
            await registry.call(CallRequest(tool: name, arguments: arguments))
        }
        if outcome.decision.code == .unknownTool { throw MCPError.unknownTool(name) }
        return outcome.mcpResult
    }
}

extension RegisteredTool {
    var mcpTool: MCPTool {
        MCPTool(
            name: tool.name.rawValue, title: tool.title, description: tool.description,
            inputSchema: tool.inputSchema.objectValue ?? JSONObject(), outputSchema: tool.outputSchema?.objectValue,
            annotations: MCPToolAnnotations(
                readOnly: tool.annotations.readOnly, destructive: tool.annotations.destructive,
                idempotent: tool.annotations.idempotent, openWorld: tool.annotations.openWorld))
    }
}

extension Outcome {
    /// Under this key of `_meta` stands what `agentbox call` ends with.
    static let exitStatusKey = "dev.agentbox/exitStatus"

    /// How it ended, in a sentence.
    private var endSentence: String {
        switch (publication, report?.end) {
        case (.conflict(let path, _), _): "nothing was written: `\(path)` was changed by somebody else meanwhile"
        case (_, .timedOut?): "the call ran out of time and was stopped"
        case (_, .outputLimit?): "the call wrote more output than it may and was stopped"
        case (_, .cancelled?): "the call was cancelled"
        case (_, .signalled(let signal)?): "the tool was ended by signal \(signal)"
        case (_, .exited(let status)?): "the tool ended with exit status \(status)"
        case (_, nil): "the call was not started"
        }
    }

    /// What the agent is told. Of a denial: what was wrong with the call, without the policy's internals.
    var mcpResult: MCPToolResult {
        if status == .denied {
            return .denied("denied: \(decision.clientReason)", reason: decision.clientJSON())
        }
        if let failure {
            return .denied(
                "the call failed: \(failure.message)",
                reason: ["effect": "error", "code": .string(failure.code), "reason": .string(failure.message)])
        }
        var content: [MCPContent] = []
        if let structured {
            content.append(.text(structured.encodedString()))
        } else if let text = report.map({ String(decoding: $0.output, as: UTF8.self) }), !text.isEmpty {
            content.append(.text(text))
        }
        if status != .succeeded {
            let errors = report.map { String(decoding: $0.errorOutput, as: UTF8.self) } ?? ""
            content.append(.text([endSentence, errors].filter { !$0.isEmpty }.joined(separator: "\n")))
        }
        if !violations.isEmpty {
            content.append(.text("refused by the sandbox: " + violations.map(\.sentence).joined(separator: "; ")))
        }
        if unrecordedEnd != nil { content.append(.text("done, but the end of the call could not be recorded")) }
        if content.isEmpty { content.append(.text("")) }
        var meta = JSONObject()
        if status != .succeeded { meta[Self.exitStatusKey] = .integer(Int64(exitStatus)) }
        return MCPToolResult(
            content: content, structuredContent: structured, isError: status != .succeeded,
            meta: meta.isEmpty ? nil : meta)
    }
}

extension Violation {
    /// `create build/x: not covered by the grant`.
    var sentence: String {
        [operation, path.map { "`\($0)`" }].compactMap { $0 }.joined(separator: " ") + ": " + detail
    }
}
