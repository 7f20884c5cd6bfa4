import Diagnostics

/// The manifest of a tool or a tool server that does not load: what is wrong with it, and which tools it may be about.
package struct BrokenTool: Sendable {
    package let file: String
    package let errors: ManifestErrors
    /// What it may be called: by its folder, and by its `name` as far as that can be read.
    package let names: Set<ToolName>
    /// What its tools' names may begin with, if it is a server.
    private let prefixes: Set<String>

    /// Blocking: it reads what can be read of the file.
    init(file: String, _ errors: ManifestErrors) {
        self.file = file
        self.errors = errors
        let folder = file.split(separator: "/").dropLast().last.map(String.init)
        var ignored = ProblemList(file: file)
        let tree = (try? ManifestFile.bytes(of: file)).flatMap { ManifestFile.parse($0, &ignored) }
        names = Set([folder, tree?["name"]?.json.stringValue].compactMap { $0.flatMap { ToolName($0) } })
        let isServer = file.hasSuffix("/tool-server.yaml")
        prefixes = isServer ? Set([folder, tree?["prefix"]?.json.stringValue].compactMap(\.self)) : []
    }

    /// True if the pattern may mean it. The file may hold another name than can be read of it: then nobody can tell.
    package func isMeant(by pattern: ToolPattern) -> Bool {
        names.contains(where: pattern.matches)
            || prefixes.contains { prefix in
                let start = Array((prefix + ".").utf8)
                let literal = Array(pattern.text.utf8.prefix { $0 != UInt8(ascii: "*") })
                return literal.starts(with: start) || (!pattern.isExact && start.starts(with: literal))
            }
    }

    /// One line for whoever can do without it.
    package var note: String {
        let more = errors.problems.count + errors.omitted - 1
        return "left out, for its manifest does not load: \(errors.problems[0].description)"
            + (more > 0 ? " (and \(more) more)" : "")
    }
}
