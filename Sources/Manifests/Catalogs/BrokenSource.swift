import Diagnostics

/// A file of credential sources that does not load: what is wrong with it, and which sources it may be.
package struct BrokenSource: Sendable {
    package let file: String
    package let errors: ManifestErrors
    /// What it may be called: by its file, and by its `name` as far as that can be read. Nil: anything, since the folder
    /// itself cannot be read.
    package let names: Set<SourceName>?

    /// Blocking: it reads what can be read of the file.
    init(file: String, _ errors: ManifestErrors) {
        self.file = file
        self.errors = errors
        let stem = file.split(separator: "/").last.map { String($0.dropLast(".yaml".utf8.count)) }
        var ignored = ProblemList(file: file)
        let tree = (try? ManifestFile.bytes(of: file)).flatMap { ManifestFile.parse($0, &ignored) }
        names = Set([stem, tree?["name"]?.json.stringValue].compactMap { $0.flatMap { SourceName($0) } })
    }

    /// - Parameter names: Nil: anything.
    init(file: String, names: Set<SourceName>?, _ errors: ManifestErrors) {
        self.file = file
        self.errors = errors
        self.names = names
    }

    /// True if it may be the source of that name.
    package func isMeant(by name: SourceName) -> Bool { names?.contains(name) ?? true }

    /// One line for whoever can do without it.
    package var note: String {
        let more = errors.problems.count + errors.omitted - 1
        let rest = more > 0 ? " (and \(more) more: `agentbox credential check`)" : ""
        return "a credential source is left out, for its file does not load: \(errors.problems[0].description)\(rest)"
    }

    /// All that is wrong with several of them; nil if there is none.
    package static func errors(of all: [BrokenSource]) -> ManifestErrors? {
        guard !all.isEmpty else { return nil }
        return ManifestErrors(
            all.flatMap(\.errors.problems), omitted: all.reduce(0) { $0 + $1.errors.omitted })
    }

    /// The file for those who may not know where it is: an agent is told this.
    package var shownFile: String {
        let name = names == nil ? "" : "/" + (file.split(separator: "/").last.map(String.init) ?? "")
        return VisibleText.quoted("$AGENTBOX_HOME/sources\(name)")
    }
}
