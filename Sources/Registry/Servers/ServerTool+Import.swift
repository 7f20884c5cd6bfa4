import Diagnostics
import MCP
import Manifests
import StrictJSON

/// A tool of a server, made fit for a manifest, and what its author should know of that.
package struct ImportableTool: Sendable {
    package let tool: ServerTool
    /// Texts in which something was made visible, by what they are: `description`, `inputSchema/properties/path/description`.
    package let revealed: [String]
    /// What its schemas say in prose, by where: agents read that too.
    package let prose: [(place: String, text: String)]
    /// What the server says of the tool's effects. Nothing follows from it.
    package let claims: MCPToolAnnotations?
}

extension ServerTool {
    /// A tool as a server described it.
    ///
    /// What hides in its texts is made visible in the manifest itself, so that the agent's model reads what the author
    /// read. Attack: instructions in characters that no editor shows (tags, zero-width, bidirectional), in a description
    /// or in that of a property. Names and values of a schema cannot be rewritten without changing what it accepts: a
    /// tool that hides something there is refused.
    ///
    /// Its annotations become the worst: a server's word on its own effects must not loosen a rule.
    ///
    /// - Throws: `ServerError` that names the tool, if it cannot be pinned.
    package static func importing(_ tool: MCPTool) throws(ServerError) -> ImportableTool {
        let name = VisibleText.quoted(tool.name)
        var texts = RevealedTexts(tool: name)
        let digest: String
        do {
            digest = try ServerPins.digest(of: tool)
        } catch {
            throw ServerError(.badStart, "tool \(name): its description has no canonical form: \(error.message)")
        }
        let pinned = ServerTool(
            name: tool.name, title: tool.title.map { texts.line($0, "title") },
            description: tool.description.map { texts.block($0, "description") },
            inputSchema: try texts.schema(.object(tool.inputSchema), "inputSchema"),
            outputSchema: try tool.outputSchema.map { schema throws(ServerError) in
                try texts.schema(.object(schema), "outputSchema")
            },
            annotations: .unknown, digest: digest)
        return ImportableTool(tool: pinned, revealed: texts.revealed, prose: texts.prose, claims: tool.annotations)
    }
}

/// Makes visible what hides in the texts of one tool.
private struct RevealedTexts {
    let tool: String
    private(set) var revealed: [String] = []
    private(set) var prose: [(place: String, text: String)] = []

    init(tool: String) { self.tool = tool }

    mutating func line(_ text: String, _ place: String) -> String { reveal(text, VisibleText.line(text), place) }

    mutating func block(_ text: String, _ place: String) -> String {
        // Line ends of other systems hide nothing.
        let text = text.split(separator: "\r\n", omittingEmptySubsequences: false).joined(separator: "\n")
        return reveal(text, VisibleText.block(text), place)
    }

    private mutating func reveal(_ text: String, _ shown: String, _ place: String) -> String {
        if shown != text { revealed.append(place) }
        return shown
    }

    /// Keywords whose value is for people and models.
    private static let proseKeys: Set<String> = ["title", "description", "$comment"]
    /// Keywords whose value is data, in which a member `description` is none.
    private static let data: Set<String> = ["const", "default", "enum", "examples"]
    /// Keywords whose members are named by the author.
    private static let named: Set<String> = [
        "properties", "patternProperties", "$defs", "definitions", "dependentSchemas",
    ]

    mutating func schema(_ schema: JSON, _ place: String) throws(ServerError) -> JSON {
        guard case .object(let members) = schema else { return try list(schema, place) }
        var shown = JSONObject()
        for (key, value) in members {
            try require(key, place)
            let inner = place + "/" + key
            if Self.proseKeys.contains(key), let text = value.stringValue {
                let text = block(text, inner)
                prose.append((inner, text))
                shown[key] = .string(text)
            } else if Self.data.contains(key) {
                try require(value, inner)
                shown[key] = value
            } else if Self.named.contains(key), case .object(let schemas) = value {
                var named = JSONObject()
                for (name, schema) in schemas {
                    try require(name, inner)
                    named[name] = try self.schema(schema, inner + "/" + name)
                }
                shown[key] = .object(named)
            } else {
                shown[key] = try self.schema(value, inner)
            }
        }
        return .object(shown)
    }

    private mutating func list(_ value: JSON, _ place: String) throws(ServerError) -> JSON {
        guard case .array(let elements) = value else {
            try require(value, place)
            return value
        }
        var shown: [JSON] = []
        for (index, element) in elements.enumerated() { shown.append(try schema(element, "\(place)/\(index)")) }
        return .array(shown)
    }

    /// Refuses hidden characters in what cannot be rewritten.
    private func require(_ value: JSON, _ place: String) throws(ServerError) {
        switch value {
        case .string(let text): try require(text, place)
        case .array(let elements): for element in elements { try require(element, place) }
        case .object(let members):
            for (key, value) in members {
                try require(key, place)
                try require(value, place + "/" + key)
            }
        case .null, .bool, .integer, .number: return
        }
    }

    private func require(_ text: String, _ place: String) throws(ServerError) {
        guard VisibleText.block(text) != text else { return }
        throw ServerError(
            .badStart,
            "tool \(tool): \(VisibleText.line(place, limit: 200)) hides characters: \(VisibleText.quoted(text))",
            remedy: "no agent should be shown such a schema; report it to the server's author")
    }
}
