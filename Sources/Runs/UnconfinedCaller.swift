import Registry
import StrictJSON

/// `agentbox call --intent`: a run of one call, made by this very process.
package final class UnconfinedCaller: ToolCaller {
    private let run: TaskRun

    private init(_ run: TaskRun) { self.run = run }

    package static func open(_ options: TaskRun.Options) async throws -> UnconfinedCaller {
        UnconfinedCaller(try await TaskRun.open(options))
    }

    /// What dead runs left that a person should look at.
    package var recoveryNotes: [String] { run.recoveryNotes }

    package func inputSchema(of tool: String) async throws -> JSON? { run.tool(named: tool)?.tool.inputSchema }

    package func call(_ tool: String, _ arguments: JSON) async throws -> CallResult {
        await run.registry.call(CallRequest(tool: tool, arguments: arguments)).callResult
    }

    package func close() async -> String? { await run.end(["end": "call ended"]) }
}
