import Manifests
import Registry
import Store
import StrictJSON

/// A tool that was registered, or one of a server that was, read from the store: what is there is what runs, wherever
/// its source is now.
package struct StoredTool: Sendable {
    package let entry: ToolCatalog.Entry
    package let profile: ResolvedProfile
    let registration: Registration

    /// The tools that a registration gives: one, or those of a server. Blocking.
    ///
    /// - Throws: If the store is damaged, or an agentbox of another version registered something that this one cannot
    ///   read.
    static func load(_ registration: Registration, in registrar: ToolRegistrar) throws -> [StoredTool] {
        let (manifest, profile, folder) = try registrar.documents(of: registration)
        let file = folder + "/manifest.json"
        let written = try SandboxProfile.load(profile.encoded(), file: folder + "/profile.json")
        let resolved = try ProfileResolver.resolve(written.name, in: [written.name: written])
        let entries: [ToolCatalog.Entry]
        let canonical: JSON
        if registration.prefix == nil {
            let tool = try Tool.load(manifest.encoded(), file: file)
            canonical = tool.canonicalJSON()
            entries = [
                ToolCatalog.Entry(tool: tool, folder: folder + "/content", file: file, bytes: manifest.encoded())
            ]
        } else {
            let server = try ToolServer.load(manifest.encoded(), file: file)
            canonical = server.canonicalJSON()
            entries = ToolCatalog.ServerEntry(server: server, folder: folder + "/content", file: file).tools
        }
        // INVARIANT: what was read means what was registered, or the digests in the ledger would lie.
        guard try CanonicalDigest.of(canonical) == registration.manifestDigest,
            try CanonicalDigest.of(resolved.digestSource) == registration.profileDigest
        else {
            throw RunError(
                "the registration of tool `\(registration.name)` means something else to this version of agentbox",
                remedy: "look at the tool, then `agentbox tool register` it again")
        }
        return entries.map { StoredTool(entry: $0, profile: resolved, registration: registration) }
    }

    /// The registered tools that a catalogue does not have and whose names `isWanted` says, by name. Blocking.
    static func all(
        in registrar: ToolRegistrar, besides catalogue: ToolCatalog, where isWanted: (ToolName) -> Bool
    ) throws -> [ToolName: StoredTool] {
        var tools: [ToolName: StoredTool] = [:]
        for name in try registrar.names() where catalogue.entries[name] == nil && catalogue.servers[name] == nil {
            guard let registration = try registrar.registration(of: name),
                registration.prefix != nil || isWanted(name)
            else { continue }
            for tool in try load(registration, in: registrar) {
                let name = tool.entry.tool.name
                guard isWanted(name), catalogue.entries[name] == nil else { continue }
                guard tools.updateValue(tool, forKey: name) == nil else {
                    throw RunError(
                        "two registered tools are called `\(name)`",
                        remedy: "give one of the servers another `prefix`, and register it again")
                }
            }
        }
        return tools
    }
}

extension ToolCatalog.Entry {
    /// The tool as it was registered.
    func registered(_ definition: ToolDefinition, _ registration: Registration) -> RegisteredTool {
        guard let server = server?.server, let name = server.originalName(of: tool.name) else {
            return RegisteredTool(definition, registration)
        }
        return RegisteredTool(definition, registration, .server(RegisteredServer(server, registration), tool: name))
    }
}
