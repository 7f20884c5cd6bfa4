import Diagnostics

/// The credential sources of a folder, a `.yaml` file each.
package struct SourceCatalog: Sendable {
    package let sources: [SourceName: SourceConfiguration]
    /// Where each was found.
    package let files: [SourceName: String]
    /// What was set aside, in the order of the files' names.
    package let broken: [BrokenSource]

    package init(
        sources: [SourceName: SourceConfiguration] = [:], files: [SourceName: String] = [:],
        broken: [BrokenSource] = []
    ) {
        self.sources = sources
        self.files = files
        self.broken = broken
    }

    /// Loads the sources. No folder: no sources. What does not load is set aside, since only calls that need it cannot do
    /// without it: so is a file that somebody else could have written, which says where secrets come from and where they
    /// are sent, and every file of a name that two of them give.
    ///
    /// INVARIANT: no name that a file which does not load has, or gives as far as it can be read, is among `sources`.
    package static func load(directory: String) -> SourceCatalog {
        guard ManifestFolder.exists(directory) else { return SourceCatalog() }
        let names: [String]
        do throws(ManifestErrors) {
            names = try ManifestFolder.names(directory)
        } catch {
            return SourceCatalog(broken: [BrokenSource(file: directory, names: nil, error)])
        }
        var sources: [SourceName: SourceConfiguration] = [:]
        var files: [SourceName: String] = [:]
        var broken: [BrokenSource] = []
        for name in names where name.utf8.suffix(5).elementsEqual(".yaml".utf8) {
            let file = directory + "/" + name
            do throws(ManifestErrors) {
                let source = try SourceConfiguration.load(
                    try ManifestFile.bytes(of: file, isOwners: true), file: file)
                if let first = files[source.name] {
                    var problems = ManyProblems()
                    problems.duplicate(
                        source.name.rawValue, "credential source", in: file,
                        first: VisibleText.quoted(first, limit: 400))
                    try problems.check()
                } else {
                    sources[source.name] = source
                    files[source.name] = file
                }
            } catch {
                broken.append(BrokenSource(file: file, error))
            }
        }
        let isUsable = { (name: SourceName) in !broken.contains { $0.isMeant(by: name) } }
        return SourceCatalog(
            sources: sources.filter { isUsable($0.key) }, files: files.filter { isUsable($0.key) }, broken: broken)
    }

    /// The files that may be the source of that name and do not load.
    package func broken(_ name: SourceName) -> [BrokenSource] { broken.filter { $0.isMeant(by: name) } }

    /// Why there is no source of that name, and which file to write or to mend. An agent is told this: it names no path of
    /// the host, and no other source.
    package func absence(of name: SourceName) -> String {
        if let broken = broken(name).first {
            return "\(broken.shownFile), which sets it up, does not load: `agentbox credential check` says why"
        }
        return "no source of that name is configured: `$AGENTBOX_HOME/sources/\(name).yaml` sets it up"
    }

    /// What a person should know: a line for each that was set aside.
    package var notes: [String] { broken.map(\.note) }
}
