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
}
