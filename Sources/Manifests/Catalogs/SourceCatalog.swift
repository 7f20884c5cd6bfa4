import Diagnostics

/// The credential sources of a folder, a `.yaml` file each.
package struct SourceCatalog: Sendable {
    package let sources: [SourceName: SourceConfiguration]
    /// Where each was found.
    package let files: [SourceName: String]

    package init(sources: [SourceName: SourceConfiguration] = [:], files: [SourceName: String] = [:]) {
        self.sources = sources
        self.files = files
    }

    /// Loads all sources, or says everything that is wrong with any of them. No folder: no sources. A name found twice
    /// is an error, and so is a file that somebody else could have written: it says where secrets come from, and where
    /// they are sent.
    package static func load(directory: String) throws(ManifestErrors) -> SourceCatalog {
        guard ManifestFolder.exists(directory) else { return SourceCatalog() }
        var problems = ManyProblems()
        var sources: [SourceName: SourceConfiguration] = [:]
        var files: [SourceName: String] = [:]
        let names = problems.collect { () throws(ManifestErrors) in try ManifestFolder.names(directory) } ?? []
        for name in names where name.utf8.suffix(5).elementsEqual(".yaml".utf8) {
            let file = directory + "/" + name
            let loaded = problems.collect { () throws(ManifestErrors) in
                try SourceConfiguration.load(try ManifestFile.bytes(of: file, isOwners: true), file: file)
            }
            guard let source = loaded else { continue }
            if let first = files[source.name] {
                problems.duplicate(
                    source.name.rawValue, "credential source", in: file, first: VisibleText.quoted(first, limit: 400))
            } else {
                sources[source.name] = source
                files[source.name] = file
            }
        }
        try problems.check()
        return SourceCatalog(sources: sources, files: files)
    }
}
