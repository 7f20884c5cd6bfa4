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

/// A tool as one run knows it: its definition, what of it lies in the store, and who does its work.
package struct RegisteredTool: Sendable {
    package let definition: ToolDefinition
    /// Of the tool, or of the server that offers it.
    package let registration: Registration
    package let implementation: Implementation

    /// Who does what a call asks for.
    package enum Implementation: Sendable {
        /// A program, started for the call in a sandbox cut to it.
        case program
        /// A server that lives for the run, in a sandbox that is the same for all its calls; and what it calls the tool.
        case server(RegisteredServer, tool: String)
    }

    package init(
        _ definition: ToolDefinition, _ registration: Registration, _ implementation: Implementation = .program
    ) {
        self.definition = definition
        self.registration = registration
        self.implementation = implementation
    }

    /// The server that offers it, if one does.
    package var server: ToolServer? {
        if case .server(let registered, _) = implementation { registered.server } else { nil }
    }

    package var tool: Tool { definition.tool }
}

/// A tool server as one run knows it.
package struct RegisteredServer: Sendable {
    package let server: ToolServer
    package let registration: Registration

    package init(_ server: ToolServer, _ registration: Registration) {
        self.server = server
        self.registration = registration
    }
}
