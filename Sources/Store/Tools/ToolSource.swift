import Manifests
import StrictJSON

/// A tool as it was found outside the store, and the profile that it names.
package struct ToolSource: Sendable {
    package let tool: Tool
    /// The manifest's folder.
    package let folder: String
    /// The resolved profile in canonical form.
    package let profile: JSON

    package init(tool: Tool, folder: String, profile: JSON) {
        self.tool = tool
        self.folder = folder
        self.profile = profile
    }
}
