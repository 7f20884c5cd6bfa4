/// Where a checkpoint is published, so that whoever holds the ledger's key cannot change what was recorded before without
/// somebody else being able to tell.
package enum AnchorPlace: Hashable, Sendable, CustomStringConvertible {
    /// A file, by its absolute path.
    case file(String)
    /// A branch of a git repository on this host, by the repository's absolute path.
    case git(repository: String, branch: String)
    /// An HTTP server that takes PUT and answers GET with what it was given.
    case http(HTTPAnchor.Address)

    package static let usualBranch = "ledger-checkpoints"

    /// Reads what `description` writes: `file:PATH`, `git:PATH#BRANCH`, `http://…`. A path alone is a file.
    ///
    /// - Parameter folder: What a relative path is relative to.
    package init(_ text: String, in folder: String) throws {
        func absolute(_ path: Substring) -> String { path.hasPrefix("/") ? String(path) : folder + "/" + path }
        if text.hasPrefix("http://") || text.hasPrefix("https://") {
            self = .http(try HTTPAnchor.Address(text))
        } else if text.hasPrefix("git:") {
            let parts = text.dropFirst(4).split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            self = .git(
                repository: absolute(parts[0]), branch: parts.count == 2 ? String(parts[1]) : Self.usualBranch)
        } else {
            self = .file(absolute(text.hasPrefix("file:") ? text.dropFirst(5) : text[...]))
        }
    }

    package var description: String {
        switch self {
        case .file(let path): "file:\(path)"
        case .git(let repository, let branch): "git:\(repository)#\(branch)"
        case .http(let address): address.description
        }
    }
}
