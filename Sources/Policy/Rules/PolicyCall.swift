import Manifests
import StrictJSON

/// A tool as the rules see it.
package struct PolicyTool: Sendable {
    package let name: ToolName
    package let annotations: Annotations
    package let inputSchema: CompiledSchema
    /// What its registration says that its output carries.
    package let outputLabels: [Label]

    package init(
        name: ToolName, annotations: Annotations, inputSchema: CompiledSchema, outputLabels: [Label] = [.untrusted]
    ) {
        self.name = name
        self.annotations = annotations
        self.inputSchema = inputSchema
        self.outputLabels = outputLabels
    }

    /// What the registry fills in for an argument that is left out; nil if nothing.
    func defaultValue(of argument: String) -> JSON? { inputSchema.source["properties"]?[argument]?["default"] }
}

/// A call to be decided: its arguments satisfy the tool's schema, and its paths were resolved.
package struct PolicyCall: Sendable {
    package let tool: ToolName
    package let arguments: JSON
    /// What `CompiledIntent.pathArguments(of:in:)` asked for, by the tokens of the JSON pointer.
    package let resolvedPaths: [[String]: ResolvedPathFact]
    /// The most bytes that the call can write to its standard output and error; nil where nobody limits it.
    package let outputLimit: Int?

    package init(
        tool: ToolName, arguments: JSON, resolvedPaths: [[String]: ResolvedPathFact] = [:], outputLimit: Int? = nil
    ) {
        self.outputLimit = outputLimit
        self.tool = tool
        self.arguments = arguments
        self.resolvedPaths = resolvedPaths
    }
}

/// What became of an argument that is a path.
package enum ResolvedPathFact: Hashable, Sendable {
    /// The canonical path, relative to the workspace, after all symbolic links; `.` is the workspace itself.
    case resolved(String)
    /// It leads to nothing in the workspace, and why: reads after "`path` cannot be resolved: ".
    case unresolved(String)
}
