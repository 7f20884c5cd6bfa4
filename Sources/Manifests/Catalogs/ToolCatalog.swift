import Diagnostics

/// The tools of some folders, each in a folder of its own with a `tool.yaml`.
package struct ToolCatalog: Sendable {
    package let entries: [ToolName: Entry]

    /// A tool and where it was found.
    package struct Entry: Sendable {
        package var tool: Tool
        /// The tool's folder: what `./x` and `files` are relative to.
        package var folder: String
        package var file: String
        /// The very bytes that the tool was read from.
        package var bytes: [UInt8]

        package init(tool: Tool, folder: String, file: String, bytes: [UInt8]) {
            self.tool = tool
            self.folder = folder
            self.file = file
            self.bytes = bytes
        }
    }

    /// Loads all tools, or says everything that is wrong with any of them. A name found twice is an error: which of the
    /// two would be called must not depend on the order of folders.
    package static func load(directories: [String]) throws(ManifestErrors) -> ToolCatalog {
        var problems = ManyProblems()
        var entries: [ToolName: Entry] = [:]
        for directory in directories {
            for name in problems.collect({ () throws(ManifestErrors) in try ManifestFolder.names(directory) }) ?? [] {
                let folder = directory + "/" + name
                let file = folder + "/tool.yaml"
                guard ManifestFolder.exists(file) else { continue }
                let loaded = problems.collect { () throws(ManifestErrors) in
                    let bytes = try ManifestFile.bytes(of: file)
                    return Entry(tool: try Tool.load(bytes, file: file), folder: folder, file: file, bytes: bytes)
                }
                guard let entry = loaded else { continue }
                if let first = entries[entry.tool.name] {
                    problems.duplicate(
                        entry.tool.name.rawValue, "tool", in: file, first: VisibleText.quoted(first.file, limit: 400))
                } else {
                    entries[entry.tool.name] = entry
                }
            }
        }
        try problems.check()
        return ToolCatalog(entries: entries)
    }
}
