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
        let text = result.content.compactMap(\.text).joined(separator: "\n")
        return CallResult(
            json: Self.json(result), output: result.isError ? "" : text, complaint: result.isError ? text : nil,
            exitStatus: Self.exitStatus(result))
    }

    package func close() async -> String? {
        await client.close()
        return nil
    }

    /// The shape that `call --intent` prints, as far as an agent may know it.
    private static func json(_ result: MCPToolResult) -> JSON {
        let effect = result.reason?["effect"]?.stringValue
        var object = JSONObject()
        object["decision"] = .string(effect == "deny" || effect == "approve" ? "deny" : "allow")
        if let reason = result.reason {
            object["code"] = reason["code"]
            object["reason"] = reason["reason"]
        }
        object["outcome"] = .object(
            JSONObject(uniqueMembers: [
                ("status", .string(result.isError ? "failed" : "succeeded")),
                ("structured", result.structuredContent ?? .null),
                ("content", .array(result.content.map(\.wire))),
            ]))
        return .object(object)
    }

    private static func exitStatus(_ result: MCPToolResult) -> Int32 {
        guard result.isError else { return 0 }
        if let effect = result.reason?["effect"]?.stringValue, effect != "error" { return 126 }
        guard let status = result.meta?[Outcome.exitStatusKey]?.integerValue else { return 125 }
        return Int32(truncatingIfNeeded: status)
    }
}
