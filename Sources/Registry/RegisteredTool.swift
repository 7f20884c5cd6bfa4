import Manifests
import Policy
import Sandbox
import Store
import StrictJSON

/// A tool's manifest and profile with its schemas compiled: what is needed to say whether a call of it is allowed.
package struct ToolDefinition: Sendable {
    package let tool: Tool
    package let profile: ResolvedProfile
    package let inputSchema: CompiledSchema
    package let outputSchema: CompiledSchema?

    /// Compiles the schemas.
    ///
    /// - Throws: `RegistryError` if a schema uses a keyword that this build cannot check: it is never ignored.
    package init(_ tool: Tool, profile: ResolvedProfile) throws(RegistryError) {
        self.tool = tool
        self.profile = profile
        inputSchema = try Self.compile(tool.inputSchema, "inputSchema", of: tool.name)
        outputSchema = try tool.outputSchema.map { schema throws(RegistryError) in
            try Self.compile(schema, "outputSchema", of: tool.name)
        }
    }

    package var policyTool: PolicyTool {
        PolicyTool(
            name: tool.name, annotations: tool.annotations, inputSchema: inputSchema, outputLabels: tool.outputLabels)
    }

    private static func compile(
        _ schema: JSON, _ key: String, of name: ToolName
    ) throws(RegistryError) -> CompiledSchema {
        do {
            return try CompiledSchema.compile(schema)
        } catch {
            throw RegistryError(
                .unusableSchema, "tool `\(name)`: `\(key)`: \(error.message)", remedy: error.remedy, cause: error)
        }
    }
}

/// A tool as one run knows it: its definition, and what of it lies in the store.
package struct RegisteredTool: Sendable {
    package let definition: ToolDefinition
    package let registration: Registration

    package init(_ definition: ToolDefinition, _ registration: Registration) {
        self.definition = definition
        self.registration = registration
    }

    package var tool: Tool { definition.tool }
}
