import Manifests
import StrictJSON

/// What an argument is about, beyond its type: that says how a proposal may generalise it.
package enum ArgumentKind {
    /// One file of the workspace.
    case file
    /// Several of them.
    case files
    /// Anything else.
    case value

    /// By the tool's grants; for a tool of another agent's by its values.
    package static func of(_ name: String, _ tool: ReplayTool, values: [JSON]) -> ArgumentKind {
        guard let manifest = tool.manifest else { return foreign(name, values) }
        let grants = manifest.grants.filter { [.read, .write, .create].contains($0.word) }
        guard grants.contains(where: { $0.value.segments == [.argument([name])] }) else {
            return isGitFiles(name, manifest, values) ? .files : .value
        }
        return values.allSatisfy { $0.stringValue != nil } ? .file : values.allSatisfy(isTexts) ? .files : .value
    }

    /// `git.commit` names the files that it commits; a grant names what of `.git` it changes.
    private static func isGitFiles(_ name: String, _ tool: Tool, _ values: [JSON]) -> Bool {
        name == "paths" && tool.grants.contains { $0.word == .git } && values.allSatisfy(isTexts)
    }

    private static func foreign(_ name: String, _ values: [JSON]) -> ArgumentKind {
        let lowered = name.lowercased()
        guard lowered.contains("path") || lowered.contains("file") else { return .value }
        // A folder's path cannot be told from a file's: what has no extension is compared as it is.
        let isFile = { (value: JSON) in value.stringValue.map(FilePaths.looksLikeFile) ?? false }
        if values.allSatisfy(isFile) { return .file }
        return values.allSatisfy { isTexts($0) && ($0.arrayValue ?? []).allSatisfy(isFile) } ? .files : .value
    }

    private static func isTexts(_ value: JSON) -> Bool {
        value.arrayValue.map { $0.allSatisfy { $0.stringValue != nil } } ?? false
    }
}
