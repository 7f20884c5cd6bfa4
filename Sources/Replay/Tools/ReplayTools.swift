import Diagnostics
import Glibc
import Manifests
import Policy
import StrictJSON

/// The tools that a trace's calls name.
///
/// ```swift
/// let tools = try ReplayTools.load(["tools.json", "Tools"])
/// let compiled = try tools.compile(intent)
/// ```
package struct ReplayTools: Sendable {
    package private(set) var tools: [ToolName: ReplayTool] = [:]
    /// Names that no rule can be about; whoever calls one is denied.
    package private(set) var unnameable: [String] = []

    package init() {}

    /// Loads the tools of some files and folders. A file is a tool manifest, a JSON array of them, or what an MCP
    /// server's `tools/list` returned; a folder holds a `tool.yaml` or a `tool-server.yaml`,
    /// or folders that do.
    package static func load(_ paths: [String]) throws -> ReplayTools {
        var tools = ReplayTools()
        for path in paths { try tools.load(path) }
        return tools
    }

    /// Compiles an intent against those of the tools that its rules may mean: what no rule is about is never called,
    /// and its schema need not be one that can be checked.
    package func compile(_ intent: Intent) throws -> CompiledIntent {
        try CompiledIntent(intent, tools: try policyTools(for: intent))
    }

    /// The tools that the rules of an intent may mean, as they see them.
    package func policyTools(for intent: Intent) throws(ReplayError) -> [ToolName: PolicyTool] {
        var compiled: [ToolName: PolicyTool] = [:]
        for (name, tool) in tools where intent.rules.contains(where: { $0.tool.matches(name) }) {
            compiled[name] = try tool.compiled()
        }
        return compiled
    }

    // MARK: Files

    private mutating func load(_ path: String) throws {
        if Self.isFolder(path) {
            try loadFolder(path)
            return
        }
        if path.split(separator: "/").last.map(String.init) == Self.serverFile { return try loadServer(path) }
        let bytes = try FileBytes.read(path)
        let shown = VisibleText.line(path)
        guard let first = bytes.first(where: { !" \t\r\n".utf8.contains($0) }),
            first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
        else {
            try add(ReplayTool(try Tool.load(bytes, file: path)), from: shown)
            return
        }
        let json: JSON
        do {
            json = try JSON(parsing: bytes, limits: JSONLimits(bytes: FileBytes.maximum))
        } catch {
            throw ReplayError(.badTool, "\(shown): not strict JSON: \(error.message)", remedy: error.remedy)
        }
        if let elements = MCPToolList.elements(of: json) ?? json.arrayValue {
            for element in elements { try add(element, from: path, bytes: element.encoded()) }
        } else {
            try add(json, from: path, bytes: bytes)
        }
    }

    private static let serverFile = "tool-server.yaml"

    /// The tools of a tool server's manifest.
    private mutating func loadServer(_ path: String) throws {
        for (tool, _) in try ToolServer.load(path: path).expanded {
            try add(ReplayTool(tool), from: VisibleText.line(path))
        }
    }

    /// A manifest of ours, or a tool of a list.
    private mutating func add(_ json: JSON, from path: String, bytes: [UInt8]) throws {
        let shown = VisibleText.line(path)
        if json["kind"] != nil || json["apiVersion"] != nil {
            try add(ReplayTool(try Tool.load(bytes, file: path)), from: shown)
        } else if let tool = try MCPToolList.tool(json, in: shown) {
            try add(tool, from: shown)
        } else {
            unnameable.append(json["name"]?.stringValue ?? "")
        }
    }

    private mutating func loadFolder(_ path: String) throws {
        if Self.exists(path + "/tool.yaml") {
            try add(ReplayTool(try Tool.load(path: path + "/tool.yaml")), from: VisibleText.line(path))
            return
        }
        if Self.exists(path + "/" + Self.serverFile) { return try loadServer(path + "/" + Self.serverFile) }
        for entry in try ToolCatalog.load(directories: [path]).entries.values {
            try add(ReplayTool(entry.tool), from: VisibleText.line(entry.file))
        }
    }

    /// A name found twice is an error: which of the two a rule means must not depend on an order.
    package mutating func add(_ tool: ReplayTool, from file: String) throws(ReplayError) {
        guard tools.updateValue(tool, forKey: tool.name) == nil else {
            throw ReplayError(
                .duplicateTool, "\(file): there are two tools `\(tool.name)`", remedy: "rename one of them")
        }
    }

    private static func isFolder(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func exists(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0
    }
}
