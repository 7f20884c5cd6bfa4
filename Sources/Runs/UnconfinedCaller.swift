import Registry
import StrictJSON

/// `agentbox call --intent`: a run of one call, made by this very process.
package final class UnconfinedCaller: ToolCaller {
    private let run: TaskRun
    private let watch: InterruptionWatch

    private init(_ run: TaskRun, _ watch: InterruptionWatch) {
        self.run = run
        self.watch = watch
    }

    package static func open(_ options: TaskRun.Options) async throws -> UnconfinedCaller {
        let watch = try InterruptionWatch()
        return UnconfinedCaller(try await TaskRun.open(options), watch)
    }

    /// What a person should look at before the call.
    package var startNotes: [String] { run.startNotes }

    /// Tells of each request for an approval as it is made.
    package func announceQuestions(to note: @escaping @Sendable (String) -> Void) { run.announceQuestions(to: note) }

    package func inputSchema(of tool: String) async throws -> JSON? { run.tool(named: tool)?.tool.inputSchema }

    package func call(_ tool: String, _ arguments: JSON) async throws -> CallResult {
        let registry = run.registry
        let outcome = try await watch.run {
            await registry.call(CallRequest(tool: tool, arguments: arguments))
        }
        var result = outcome.callResult
        if let signal = watch.signal {
            result.complaint = [result.complaint, "interrupted by signal \(signal)"].compactMap(\.self)
                .joined(separator: "\n")
            result.exitStatus = 128 + signal
        }
        return result
    }

    package func close() async -> String? {
        guard let signal = watch.signal else { return await run.end(["end": "call ended"]) }
        return await run.end(["end": "interrupted", "signal": .integer(Int64(signal))])
    }
}
