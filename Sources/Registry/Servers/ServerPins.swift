import Diagnostics
import MCP
import Manifests
import Store
import StrictJSON

/// Compares the tools that a server lists with those that its manifest pins.
///
/// Attack: a server that was harmless when somebody looked changes what it says of its tools afterwards, so that the
/// model does something else with them ("rug pull"). Here nothing that it says later reaches the model anyway: agents
/// see the manifest. That it says something else means that it is something else, so nothing of it is called.
package enum ServerPins {
    /// Lines of a difference; the rest is counted.
    private static let mostLines = 50

    /// The digest of a tool as its server describes it.
    package static func digest(of tool: MCPTool) throws(JSONError) -> String {
        try CanonicalDigest.of(tool.described).description
    }

    /// One line for each difference, fit to be shown; empty if the set is the pinned one. The order does not matter.
    package static func differences(pinned: [ServerTool], found: [MCPTool]) -> [String] {
        var lines: [String] = []
        let counts = found.reduce(into: [String: Int]()) { $0[$1.name, default: 0] += 1 }
        for name in counts.keys.sorted() where counts[name] ?? 0 > 1 {
            lines.append("the server lists \(VisibleText.quoted(name)) more than once")
        }
        let byName = Dictionary(found.map { ($0.name, $0) }) { first, _ in first }
        let known = Set(pinned.map(\.name))
        var added = found.filter { !known.contains($0.name) }
        for tool in pinned {
            guard let now = byName[tool.name] else {
                // The digest covers the name: with the old one put back a renamed tool is the old tool.
                if let place = added.firstIndex(where: { (try? digest(of: $0.named(tool.name))) == tool.digest }) {
                    let new = added.remove(at: place)
                    lines.append("renamed \(VisibleText.quoted(tool.name)) to \(VisibleText.quoted(new.name))")
                } else {
                    lines.append("removed \(VisibleText.quoted(tool.name))")
                }
                continue
            }
            if (try? digest(of: now)) != tool.digest { lines += changes(tool, now) }
        }
        lines += added.map { "added \(VisibleText.quoted($0.name))" }
        let omitted = lines.count - mostLines
        return omitted > 0 ? lines.prefix(mostLines) + ["and \(omitted) more"] : lines
    }

    private static func changes(_ pinned: ServerTool, _ now: MCPTool) -> [String] {
        let old = ToolServer.described(
            name: pinned.name, title: pinned.title, description: pinned.description, inputSchema: pinned.inputSchema,
            outputSchema: pinned.outputSchema, annotations: nil)
        var new = now.described
        if let shown = try? ServerTool.importing(now).tool {
            new = ToolServer.described(
                name: shown.name, title: shown.title, description: shown.description, inputSchema: shown.inputSchema,
                outputSchema: shown.outputSchema, annotations: nil)
        }
        let lines = ManifestDifference.between(old: old, new: new)
        let name = VisibleText.quoted(pinned.name)
        guard !lines.isEmpty else { return ["changed \(name): what it says of itself in its annotations, or hides"] }
        return lines.map { "changed \(name): \($0)" }
    }
}

extension MCPTool {
    fileprivate var described: JSON {
        ToolServer.described(
            name: name, title: title, description: description, inputSchema: .object(inputSchema),
            outputSchema: outputSchema.map(JSON.object), annotations: annotations?.wire)
    }

    fileprivate func named(_ name: String) -> MCPTool {
        var tool = self
        tool.name = name
        return tool
    }
}
