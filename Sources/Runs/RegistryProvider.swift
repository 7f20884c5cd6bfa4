import LinuxIO
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
        let isAsking = Locked(false)
        let outcome = await context.progress.whileRunning {
            isAsking.withLock { $0 } ? "waiting for a person's approval" : "running"
        } body: {
            await registry.call(
                CallRequest(tool: name, arguments: arguments) { asks in isAsking.withLock { $0 = asks } })
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
    /// Under this one what became of the process, and which blocks of the content are its streams.
    static let outcomeKey = "dev.agentbox/outcome"

    /// How it ended, in a sentence.
    private var endSentence: String {
        switch (publication, report?.end) {
        case (.conflict(let path, _), _): "nothing was written: `\(path)` was changed by somebody else meanwhile"
        case (_, .timedOut?): "the call ran out of time and was stopped"
        case (_, .outputLimit?): "the call wrote more output than it may and was stopped"
        case (_, .cancelled?): "the call was cancelled"
        case (_, .signalled?) where report?.resources?.group?.isMemoryExhausted == true:
            "the call used more memory than it may and was stopped"
        case (_, .signalled(let signal)?): "the tool was ended by signal \(signal)"
        case (_, .answered?): "the tool says that the call failed"
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
        var blocks = JSONObject()
        func add(_ stream: [UInt8]?, as name: String) {
            guard let stream, !stream.isEmpty else { return }
            blocks[name] = .integer(Int64(content.count))
            content.append(.text(String(decoding: stream, as: UTF8.self)))
        }
        if let answer = self.content {
            let texts = answer.indices.filter { answer[$0].text != nil }.map { JSON.integer(Int64($0)) }
            blocks["stdout"] = .array(texts)
            content += answer
        } else {
            add(report?.output, as: "stdout")
        }
        if status != .succeeded {
            content.append(.text(endSentence))
            add(report?.errorOutput, as: "stderr")
        }
        // What programs try and do without is no news to an agent whose call succeeded; `violations` has it all.
        let told = violations.filter { status != .succeeded || $0.layer != "seccomp" }
        if !told.isEmpty {
            content.append(.text("refused by the sandbox: " + told.map(\.sentence).joined(separator: "; ")))
        }
        if unrecordedEnd != nil { content.append(.text("done, but the end of the call could not be recorded")) }
        if content.isEmpty { content.append(.text("")) }
        var meta = JSONObject()
        if status != .succeeded { meta[Self.exitStatusKey] = .integer(Int64(exitStatus)) }
        meta[Self.outcomeKey] = .object(clientOutcome(blocks))
        return MCPToolResult(
            content: content, structuredContent: structured, isError: status != .succeeded, meta: meta)
    }

    /// What an agent may know of how its call went: nothing of other calls, of files that it may not read, or of the
    /// policy.
    private func clientOutcome(_ blocks: JSONObject) -> JSONObject {
        let all = recorded()
        var object = JSONObject()
        for key in ["status", "end", "exit", "signal", "violations", "violationsOmitted", "unreported", "resources"] {
            object[key] = all[key]
        }
        object["duration"] = report.map { .number(Double($0.duration.microseconds) / 1_000_000) }
        object["blocks"] = .object(blocks)
        return object
    }
}
