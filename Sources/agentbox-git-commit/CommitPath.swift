import Diagnostics
import ToolSupport

/// A path that may be committed.
enum CommitPath {
    static func checked(_ text: String) throws(ToolError) -> String {
        let path = try WorkspacePath(text)
        guard path.normal != ".", !path.isFolder else {
            throw ToolError(
                .invalidArguments, "\(VisibleText.quoted(text)) is a folder",
                remedy: "name each file: a folder would take in whatever else is in it")
        }
        return path.normal
    }

    /// A file with a filter (git-lfs, git-crypt) is stored as what the filter makes of it. Filters do not run here, so
    /// the commit would hold the large file itself, or the secret in the clear.
    static func refuseFiltered(_ paths: [String], _ git: Git) throws(ToolError) {
        var fields = GitFields(try git.output(of: ["check-attr", "-z", "filter", "--"] + paths))
        while let path = fields.text(), fields.next() != nil, let value = fields.text() {
            guard value != "unspecified", value != "unset" else { continue }
            throw ToolError(
                .notPermitted,
                "\(VisibleText.quoted(path)) is stored through the filter \(VisibleText.quoted(value)), which does not run here",
                remedy: "leave the file out, and let a person commit it")
        }
    }
}
