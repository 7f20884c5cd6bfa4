import StrictJSON

/// A tool server: an existing MCP server, and its tools as somebody looked at them. `kind: ToolServer`.
///
/// Its process lives for a run, so what it may touch is the same for every call: the grant is run-wide. What its calls
/// may be is decided one by one, as for any other tool. The list of its tools is pinned: the descriptions and schemas
/// that agents see are those of this manifest, never what the server says at the time.
package struct ToolServer: Hashable, Sendable {
    package var name: ToolName
    package var version: String
    package var title: String?
    package var description: String
    /// Stands before the names of its tools, with a dot: `time` makes `time.convert_time`.
    package var prefix: String
    /// Literal words: a server starts before there are arguments.
    package var command: [Template]
    package var sandbox: ProfileName
    /// What the server may touch as long as it lives: words that only read, on literal paths.
    package var grants: [GrantTemplate]
    /// What everything that a call returns carries; empty for a server that is trusted.
    package var outputLabels: [Label]
    package var limits: ServerLimits
    /// Files beside the manifest that the executable needs, as relative paths.
    package var files: [String]
    package var tools: [ServerTool]

    package init(
        name: ToolName, version: String, title: String?, description: String, prefix: String, command: [Template],
        sandbox: ProfileName, grants: [GrantTemplate], outputLabels: [Label], limits: ServerLimits, files: [String],
        tools: [ServerTool]
    ) {
        self.name = name
        self.version = version
        self.title = title
        self.description = description
        self.prefix = prefix
        self.command = command
        self.sandbox = sandbox
        self.grants = grants
        self.outputLabels = outputLabels
        self.limits = limits
        self.files = files
        self.tools = tools
    }
}

/// One tool of a server, as it was pinned.
package struct ServerTool: Hashable, Sendable {
    /// What the server calls it.
    package var name: String
    package var title: String?
    /// What agents read: by default what the server said, with what hides in it made visible.
    package var description: String?
    package var inputSchema: JSON
    package var outputSchema: JSON?
    /// What its author or its reviewer says. What the server says of itself is worth nothing.
    package var annotations: Annotations
    /// `sha256:…` of the tool as the server described it (`ToolServer.described`).
    package var digest: String

    package init(
        name: String, title: String?, description: String?, inputSchema: JSON, outputSchema: JSON?,
        annotations: Annotations, digest: String
    ) {
        self.name = name
        self.title = title
        self.description = description
        self.inputSchema = inputSchema
        self.outputSchema = outputSchema
        self.annotations = annotations
        self.digest = digest
    }
}

/// Limits of a tool server.
package struct ServerLimits: Hashable, Sendable {
    /// Of one call.
    package var time: Duration?
    /// From the start of the process to its list of tools.
    package var start: Duration?
    /// Of each process of the server.
    package var memory: ByteCount?
    /// Of one answer, as it comes over the wire.
    package var output: ByteCount?

    package init(
        time: Duration? = nil, start: Duration? = nil, memory: ByteCount? = nil, output: ByteCount? = nil
    ) {
        self.time = time
        self.start = start
        self.memory = memory
        self.output = output
    }
}

extension ToolServer {
    /// The name that agents and rules know a tool of the server by; nil if MCP allows the name and we do not.
    ///
    /// Nothing is rewritten, so that no two tools can come to one name: `Read File` has no name here.
    package func name(of tool: String) -> ToolName? { Self.name(of: tool, prefix: prefix) }

    package static func name(of tool: String, prefix: String) -> ToolName? {
        // `:` and `/` are ours to join other servers' names with.
        guard !tool.utf8.contains(where: { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: "/") }) else { return nil }
        return ToolName(prefix + "." + tool)
    }

    /// What the server calls the tool of that name.
    package func originalName(of name: ToolName) -> String? {
        let start = Array((prefix + ".").utf8)
        guard name.rawValue.utf8.starts(with: start) else { return nil }
        return String(decoding: name.rawValue.utf8.dropFirst(start.count), as: UTF8.self)
    }

    /// The server's tools as a registry calls them, in the order of the manifest.
    package var expanded: [(tool: Tool, original: ServerTool)] {
        tools.compactMap { pinned in
            guard let name = name(of: pinned.name) else { return nil }
            let tool = Tool(
                name: name, version: version, title: pinned.title, description: pinned.description ?? "",
                command: command, input: .stdin, inputSchema: pinned.inputSchema, outputSchema: pinned.outputSchema,
                annotations: pinned.annotations, sandbox: sandbox, grants: grants, outputLabels: outputLabels,
                limits: ToolLimits(time: limits.time, memory: limits.memory, output: limits.output), files: files,
                tests: [])
            return (tool, pinned)
        }
    }

    /// What a tool's digest is taken of: all that the server says of it and an agent could be shown. Icons and `_meta`
    /// reach nobody here.
    package static func described(
        name: String, title: String?, description: String?, inputSchema: JSON, outputSchema: JSON?, annotations: JSON?
    ) -> JSON {
        var object = JSONObject()
        object["name"] = .string(name)
        object["title"] = title.map(JSON.string)
        object["description"] = description.map(JSON.string)
        object["inputSchema"] = inputSchema
        object["outputSchema"] = outputSchema
        object["annotations"] = annotations
        return .object(object)
    }
}
