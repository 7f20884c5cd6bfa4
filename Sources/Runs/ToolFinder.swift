import Glibc
import Manifests
import Registry
import Store

/// Finds a tool for its author, by its name in the catalogues or by the folder of its manifest.
package struct ToolFinder: Sendable {
    package let catalogue: ToolCatalog
    package let profiles: ProfileCatalog
    package let installation: Installation
    /// The folders beside the bundled one.
    let additional: [String]

    /// Blocking.
    package init(tools: [String], sandboxes: [String]) throws {
        installation = try Installation.find()
        additional = tools
        catalogue = try ToolCatalog.load(directories: [installation.tools] + tools)
        profiles = try ProfileCatalog.load(directories: [installation.sandboxes] + sandboxes)
    }

    /// The tool of that name.
    package func entry(named text: String) throws -> ToolCatalog.Entry {
        guard let name = ToolName(text), let entry = catalogue.entries[name] else {
            throw RunError(
                "there is no tool `\(text)`",
                remedy: "`agentbox tool list` shows those that there are; name further folders with --tools DIR")
        }
        return entry
    }

    /// Everything that is checked of a tool before it is registered: its schemas, and its profile.
    package func definition(of entry: ToolCatalog.Entry) throws -> ToolDefinition {
        try ToolDefinition(entry.tool, profile: try profiles.resolve(entry.tool.sandbox))
    }

    /// What a registrar is given of a tool.
    package func source(of entry: ToolCatalog.Entry) throws -> ToolSource { try ToolPins.source(entry, profiles) }
}
