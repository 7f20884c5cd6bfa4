import Manifests
import StrictJSON

/// A tool or a tool server as it was found outside the store, and the profile that it names.
package struct ToolSource: Sendable {
    package let name: ToolName
    /// In canonical form.
    let manifest: JSON
    /// The word that names the executable.
    let executable: String
    /// Beside the manifest, by their relative paths.
    let files: [String]
    /// What stands before the names of a server's tools; nil for a tool.
    let prefix: String?
    /// The manifest's folder.
    package let folder: String
    /// The resolved profile in canonical form.
    package let profile: JSON

    package init(tool: Tool, folder: String, profile: JSON) {
        name = tool.name
        manifest = tool.canonicalJSON()
        executable = tool.command.first?.literal ?? ""
        files = tool.files
        prefix = nil
        self.folder = folder
        self.profile = profile
    }

    package init(server: ToolServer, folder: String, profile: JSON) {
        name = server.name
        manifest = server.canonicalJSON()
        executable = server.command.first?.literal ?? ""
        files = server.files
        prefix = server.prefix
        self.folder = folder
        self.profile = profile
    }
}
