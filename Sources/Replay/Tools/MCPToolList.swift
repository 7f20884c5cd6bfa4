import Diagnostics
import Manifests
import StrictJSON

/// The tools of an MCP server, as its `tools/list` returned them: the result, the whole response, or its list alone.
enum MCPToolList {
    /// The list in the value; nil if there is none.
    static func elements(of json: JSON) -> [JSON]? {
        let result = json["result"] ?? json
        return result["tools"]?.arrayValue
    }

    /// One tool, or nil if no rule could ever name it.
    ///
    /// - Parameter file: names the file in errors.
    static func tool(_ json: JSON, in file: String) throws(ReplayError) -> ReplayTool? {
        guard let text = json["name"]?.stringValue else {
            throw ReplayError(
                .badTool, "\(file): a tool has no `name`: \(VisibleText.quoted(json.encodedString()))",
                remedy: "give tool manifests, or the result of an MCP server's `tools/list`")
        }
        guard let name = ToolName(text) else { return nil }
        guard let schema = json["inputSchema"], schema.objectValue != nil else {
            throw ReplayError(
                .badTool, "\(file): tool `\(name)` has no `inputSchema`, which MCP requires",
                remedy: #"write "inputSchema": {"type": "object"} if any arguments will do"#)
        }
        return ReplayTool(
            name: name, annotations: try annotations(json["annotations"], of: name, in: file), inputSchema: schema,
            outputLabels: [.untrusted], manifest: nil)
    }

    /// What is not said is the worst, as MCP has it: not read-only, destructive, not idempotent, open to the world.
    private static func annotations(
        _ json: JSON?, of name: ToolName, in file: String
    ) throws(ReplayError) -> Annotations {
        func hint(_ key: String) throws(ReplayError) -> Bool? {
            guard let value = json?[key], !value.isNull else { return nil }
            guard let flag = value.boolValue else {
                throw ReplayError(.badTool, "\(file): tool `\(name)`: `\(key)` has to be true or false")
            }
            return flag
        }
        let destructive = try hint("destructiveHint")
        // A tool that calls itself both is taken for what does more harm.
        let readOnly = try hint("readOnlyHint") ?? false && destructive != true
        return Annotations(
            readOnly: readOnly, destructive: readOnly ? false : destructive ?? true,
            idempotent: try hint("idempotentHint") ?? false, openWorld: try hint("openWorldHint") ?? true)
    }
}
