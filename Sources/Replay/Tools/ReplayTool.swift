import Manifests
import Policy
import StrictJSON

/// A tool as it was described: enough to decide about its calls, not to make one.
package struct ReplayTool: Sendable {
    package let name: ToolName
    package let annotations: Annotations
    package let inputSchema: JSON
    /// What its output carries where a recorded call does not say.
    package let outputLabels: [Label]
    /// Nil for a tool of another agent's: what it is sent is what was recorded, and a `default` in its schema is news of
    /// what its server does.
    let manifest: Tool?

    /// The arguments as they are decided about.
    func arguments(_ recorded: JSON) -> JSON {
        manifest == nil ? recorded : ArgumentDefaults.filled(recorded, schema: inputSchema)
    }

    /// The tool as rules see it. In a schema of another agent's, a keyword that nobody knows is a note to people.
    ///
    /// - Throws: `ReplayError` if the schema cannot be checked.
    func compiled() throws(ReplayError) -> PolicyTool {
        do {
            return PolicyTool(
                name: name, annotations: annotations,
                inputSchema: try CompiledSchema.compile(
                    inputSchema, options: SchemaOptions(unknownKeywords: manifest == nil ? .annotate : .refuse)))
        } catch {
            throw ReplayError(
                .badTool, "tool `\(name)`: the input schema cannot be checked: \(error.message)", remedy: error.remedy)
        }
    }
}

extension ReplayTool {
    package init(_ tool: Tool) {
        self.init(
            name: tool.name, annotations: tool.annotations, inputSchema: tool.inputSchema,
            outputLabels: tool.outputLabels, manifest: tool)
    }
}
