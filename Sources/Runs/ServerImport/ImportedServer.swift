import Diagnostics
import MCP
import Manifests
import Registry
import StrictJSON

/// A server as it was imported: for its author to look at, and to write.
package struct ImportedServer: Sendable {
    package let server: ToolServer
    package let tools: [ImportableTool]
    package let runtime: RuntimeProfile

    /// - Throws: `ImportError` that names every tool which cannot be pinned, or checked, and why.
    init(_ server: ToolServer, _ found: [MCPTool], _ runtime: RuntimeProfile) throws {
        var problems: [ServerError] = []
        var tools: [ImportableTool] = []
        var seen: Set<String> = []
        for tool in found {
            let shown = VisibleText.quoted(tool.name)
            guard server.name(of: tool.name) != nil else {
                problems.append(
                    ServerError(
                        .badStart, "tool \(shown): rules cannot name it: letters, digits, `_`, `-` and dots only"))
                continue
            }
            guard seen.insert(tool.name).inserted else {
                problems.append(ServerError(.badStart, "tool \(shown): the server lists it twice"))
                continue
            }
            guard tool.inputSchema["type"] == "object" else {
                problems.append(
                    ServerError(.badStart, "tool \(shown): `inputSchema` is not of type `object`, which MCP requires"))
                continue
            }
            do throws(ServerError) {
                tools.append(try ServerTool.importing(tool))
            } catch {
                problems.append(error)
            }
        }
        if found.isEmpty { problems.append(ServerError(.badStart, "the server has none")) }
        var server = server
        server.tools = tools.map(\.tool)
        for (tool, _) in server.expanded {
            do throws(RegistryError) {
                _ = try ToolDefinition(tool, profile: runtime.resolved)
            } catch {
                problems.append(ServerError(.badStart, error.message, remedy: error.remedy))
            }
        }
        guard problems.isEmpty else { throw ImportError(problems) }
        self.server = server
        self.tools = tools
        self.runtime = runtime
        // INVARIANT: what is written is what was shown; a text that a manifest cannot hold is found here.
        let written: ToolServer
        do throws(ManifestErrors) {
            written = try ToolServer.load(Array(manifest.utf8), file: "tool-server.yaml")
        } catch {
            throw ImportError(error.problems.map { Self.problem($0, server.tools) })
        }
        guard written == server else {
            throw RunError("the manifest of `\(server.name)` does not read back as it was written")
        }
    }

    /// What a manifest cannot hold, such as a description that is too long, by the tool's name: the file is not written.
    private static func problem(_ problem: ManifestProblem, _ tools: [ServerTool]) -> ServerError {
        let place = problem.key.split { "[].".contains($0) }.map(String.init)
        guard place.first == "tools", place.count > 2, let index = Int(place[1]), tools.indices.contains(index) else {
            return ServerError(.badStart, "\(problem.key): \(problem.message)", remedy: problem.suggestion)
        }
        let tool = VisibleText.quoted(tools[index].name)
        return ServerError(.badStart, "tool \(tool): `\(place[2])`: \(problem.message)", remedy: problem.suggestion)
    }

    /// `tool-server.yaml`
    package var manifest: String {
        var text = """
            # An MCP server, imported by `agentbox tool import`. Agents are shown what stands here, not what the server says
            # later; a server that lists other tools is refused until somebody has imported it again.
            apiVersion: \(Manifests.apiVersion)
            kind: ToolServer
            name: \(server.name)
            version: \(server.version)
            description: \(YAMLText.quoted(server.description))
            prefix: \(server.prefix)
            command: \(YAMLText.value(.array(server.command.map { .string($0.source) })))
            # It runs from its first call to the end of a run, in this one sandbox: what it may touch, all its calls may.
            # It reads the workspace only as far as its grants say, such as [{readUnder: .}], and writes nothing there.
            sandbox: \(server.sandbox)
            grants: \(grants)
            labels: {output: [untrusted]}
            tools:

            """
        for tool in tools { text += Self.text(of: tool) }
        return text
    }

    private var grants: String {
        YAMLText.value(.array(server.grants.map { [$0.word.rawValue: .string($0.value.source)] }))
    }

    private static func text(of imported: ImportableTool) -> String {
        let tool = imported.tool
        var lines = ["  - name: \(YAMLText.name(tool.name))"]
        if let title = tool.title { lines.append("    title: \(YAMLText.quoted(title))") }
        if let description = tool.description { lines.append("    description: \(YAMLText.quoted(description))") }
        lines.append("    inputSchema: \(YAMLText.value(tool.inputSchema))")
        if let schema = tool.outputSchema { lines.append("    outputSchema: \(YAMLText.value(schema))") }
        lines.append("    # \(imported.claim)")
        lines.append("    annotations: {readOnly: false, destructive: true, idempotent: false, openWorld: true}")
        lines.append("    digest: \(tool.digest)")
        return lines.joined(separator: "\n") + "\n"
    }

    /// As `tool import --json` prints it.
    package var json: JSON {
        [
            "name": .string(server.name.rawValue), "prefix": .string(server.prefix),
            "sandbox": .string(server.sandbox.rawValue),
            "tools": .array(
                tools.map { imported in
                    [
                        "name": .string(imported.tool.name),
                        "as": .string(server.name(of: imported.tool.name)?.rawValue ?? ""),
                        "description": imported.tool.description.map(JSON.string) ?? .null,
                        "revealed": .array(imported.revealed.map(JSON.string)), "claim": .string(imported.claim),
                        "digest": .string(imported.tool.digest),
                    ]
                }), "manifest": .string(manifest), "profile": runtime.text.map(JSON.string) ?? .null,
        ]
    }
}

extension ImportableTool {
    /// What the server says of the tool's effects, for a person who knows better or does not.
    package var claim: String {
        let hints = [
            ("read-only", claims?.readOnly), ("destructive", claims?.destructive), ("idempotent", claims?.idempotent),
            ("open to the world", claims?.openWorld),
        ]
        let said = hints.compactMap { name, value in value.map { ($0 ? "" : "not ") + name } }
        return said.isEmpty
            ? "the server does not say what it does to the world: the worst is assumed"
            : "the server calls it \(said.joined(separator: ", ")); write what you believe:"
    }
}
