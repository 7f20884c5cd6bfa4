import Manifests
import StrictJSON

extension CompiledIntent {
    /// What a call's output adds to the run's provenance, for `TaskState.settle`. Pure, and slow for a large output: make
    /// it where it holds up no decision.
    ///
    /// - Parameters:
    ///   - labels: What the output carries. What is untrusted gives nothing.
    ///   - origins: `TaskState.origins` after the call ended, so that they hold all that could have been in its output.
    /// - Returns: Nil if the output gives no provenance.
    package func reading(
        _ output: ToolOutput, of call: PolicyCall, labels: [Label], origins: RunOrigins
    ) -> OutputReading? {
        guard givesProvenance(call.tool, labels: labels) else { return nil }
        return OutputReading(output, of: call.tool, arguments: call.arguments, sources: sources, origins: origins)
    }

    /// True if some constraint could trust an output of the tool.
    package func givesProvenance(_ tool: ToolName, labels: [Label]) -> Bool {
        !labels.contains(.untrusted) && sources.contains { $0.tool.matches(tool) }
    }
}
