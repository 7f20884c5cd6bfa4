import MCP
import Registry
import StrictJSON

/// Calls the registry of the run that this process is in.
package final class RegistryCaller: ToolCaller {
    private let client: MCPClient

    private init(_ client: MCPClient) { self.client = client }

    package static func connect(to socket: String) async throws -> RegistryCaller {
        RegistryCaller(try await MCPClient.connect(to: socket, as: Runs.implementation))
    }

    package func inputSchema(of tool: String) async throws -> JSON? {
        try await client.listTools().first { $0.name == tool }.map { .object($0.inputSchema) }
    }

    package func call(_ tool: String, _ arguments: JSON) async throws -> CallResult {
        guard let object = arguments.objectValue else {
            throw MCPError.invalidParameters("the arguments are not a JSON object")
        }
        let result = try await client.call(tool, object)
        return ReceivedResult(result).callResult
    }

    package func close() async -> String? {
        await client.close()
        return nil
    }
}
