import Diagnostics

/// The tools of some folders, each in a folder of its own with a `tool.yaml`, and those of tool servers, each in one
/// with a `tool-server.yaml`.
package struct ToolCatalog: Sendable {
    /// Every tool, also each tool of a server.
    package let entries: [ToolName: Entry]
    /// By the servers' own names.
    package let servers: [ToolName: ServerEntry]
    /// What was set aside, in the order of folders.
    package let broken: [BrokenTool]
    /// Bundled tools that nobody wanted to know more of than that they are there.
    package let unread: Set<ToolName>

    /// A tool and where it was found.
    package struct Entry: Sendable {
        package var tool: Tool
        /// The tool's folder: what `./x` and `files` are relative to.
        package var folder: String
        package var file: String
        /// The very bytes that the tool was read from.
        package var bytes: [UInt8]
        /// What offers the tool; nil for one that is an executable of its own.
        package var server: ServerEntry?

        package init(tool: Tool, folder: String, file: String, bytes: [UInt8]) {
            self.tool = tool
            self.folder = folder
            self.file = file
            self.bytes = bytes
        }
    }

    /// A tool server and where it was found.
    package struct ServerEntry: Sendable {
        package var server: ToolServer
        /// As of a tool.
        package var folder: String
        package var file: String

        package init(server: ToolServer, folder: String, file: String) {
            self.server = server
            self.folder = folder
            self.file = file
        }

        /// The server's tools, an entry each.
        package var tools: [Entry] {
            server.expanded.map { tool, _ in
                var entry = Entry(tool: tool, folder: folder, file: file, bytes: server.canonicalJSON().encoded())
                entry.server = self
                return entry
            }
        }
    }

    /// Loads all tools, or says everything that is wrong with any of them. A name found twice is an error: which of the
    /// two would be called must not depend on the order of folders.
    package static func load(directories: [String]) throws(ManifestErrors) -> ToolCatalog {
        try load(directories: directories, tolerant: [])
    }

    /// Loads the bundled tools, of which each has to load, and of further folders those that do. What does not load there
    /// is set aside: who works on one tool, or was given a folder with a bad one, still has the others. Whether somebody
    /// can do without it is for those to say who know what is wanted.
    ///
    /// - Parameter isWanted: Of a bundled tool, whose folder is named as it is: false leaves its manifest unread. There are
    ///   many, and a task needs few.
    package static func load(
        bundled: String, further: [String], where isWanted: (ToolName) -> Bool = { _ in true }
    ) throws(ManifestErrors) -> ToolCatalog {
        try load(directories: [bundled], tolerant: further, where: isWanted)
    }

    private static func load(
        directories: [String], tolerant: [String], where isWanted: (ToolName) -> Bool = { _ in true }
    ) throws(ManifestErrors) -> ToolCatalog {
        var problems = ManyProblems()
        var broken: [BrokenTool] = []
        var found = CatalogNames()
        for (index, directory) in (directories + tolerant).enumerated() {
            let isTolerant = index >= directories.count
            func collect<Value>(_ file: String, _ body: () throws(ManifestErrors) -> Value) -> Value? {
                guard isTolerant else { return problems.collect(body) }
                do throws(ManifestErrors) {
                    return try body()
                } catch {
                    broken.append(BrokenTool(file: file, error))
                    return nil
                }
            }
            for name in problems.collect({ () throws(ManifestErrors) in try ManifestFolder.names(directory) }) ?? [] {
                let folder = directory + "/" + name
                if !isTolerant, let tool = ToolName(name), !isWanted(tool) {
                    found.unread.insert(tool)
                    continue
                }
                if let file = ManifestFolder.file("tool.yaml", in: folder) {
                    let loaded = collect(file) { () throws(ManifestErrors) in
                        let bytes = try ManifestFile.bytes(of: file)
                        return Entry(tool: try Tool.load(bytes, file: file), folder: folder, file: file, bytes: bytes)
                    }
                    if let loaded { found.add(loaded, &problems) }
                }
                if let file = ManifestFolder.file("tool-server.yaml", in: folder) {
                    let loaded = collect(file) { () throws(ManifestErrors) in
                        ServerEntry(server: try ToolServer.load(path: file), folder: folder, file: file)
                    }
                    if let loaded { found.add(loaded, &problems) }
                }
            }
        }
        try problems.check()
        return ToolCatalog(entries: found.entries, servers: found.servers, broken: broken, unread: found.unread)
    }
}

/// Names as they are found. Tools and tool servers share them, since they are registered under them.
private struct CatalogNames {
    private(set) var entries: [ToolName: ToolCatalog.Entry] = [:]
    private(set) var servers: [ToolName: ToolCatalog.ServerEntry] = [:]
    var unread: Set<ToolName> = []

    /// Where the name was found before.
    private func place(of name: ToolName) -> String? {
        if let file = entries[name]?.file ?? servers[name]?.file { return VisibleText.quoted(file, limit: 400) }
        return unread.contains(name) ? "the bundled tools" : nil
    }

    mutating func add(_ entry: ToolCatalog.Entry, _ problems: inout ManyProblems) {
        let name = entry.tool.name
        if let first = place(of: name) {
            problems.duplicate(name.rawValue, "tool", in: entry.file, first: first)
        } else {
            entries[name] = entry
        }
    }

    mutating func add(_ entry: ToolCatalog.ServerEntry, _ problems: inout ManyProblems) {
        let name = entry.server.name
        if let first = place(of: name) {
            problems.duplicate(name.rawValue, "tool server", in: entry.file, first: first)
            return
        }
        servers[name] = entry
        for tool in entry.tools { add(tool, &problems) }
    }
}
