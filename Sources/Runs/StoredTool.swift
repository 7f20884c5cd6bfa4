import Manifests
import Store
import StrictJSON

/// A tool that was registered, read from the store: what is there is what runs, wherever its source is now.
package struct StoredTool: Sendable {
    package let entry: ToolCatalog.Entry
    package let profile: ResolvedProfile
    let registration: Registration

    /// Blocking.
    ///
    /// - Throws: If the store is damaged, or an agentbox of another version registered something that this one cannot
    ///   read.
    init(_ registration: Registration, in registrar: ToolRegistrar) throws {
        let (manifest, profile, folder) = try registrar.documents(of: registration)
        let file = folder + "/manifest.json"
        let tool = try Tool.load(manifest.encoded(), file: file)
        let written = try SandboxProfile.load(profile.encoded(), file: folder + "/profile.json")
        let resolved = try ProfileResolver.resolve(written.name, in: [written.name: written])
        // INVARIANT: what was read means what was registered, or the digests in the ledger would lie.
        guard try CanonicalDigest.of(tool.canonicalJSON()) == registration.manifestDigest,
            try CanonicalDigest.of(resolved.digestSource) == registration.profileDigest
        else {
            throw RunError(
                "the registration of tool `\(registration.name)` means something else to this version of agentbox",
                remedy: "look at the tool, then `agentbox tool register` it again")
        }
        entry = ToolCatalog.Entry(tool: tool, folder: folder + "/content", file: file, bytes: manifest.encoded())
        self.profile = resolved
        self.registration = registration
    }

    /// The registered tools whose names `isWanted` says, by name. Blocking.
    static func all(
        in registrar: ToolRegistrar, where isWanted: (ToolName) -> Bool
    ) throws -> [ToolName: StoredTool] {
        var tools: [ToolName: StoredTool] = [:]
        for name in try registrar.names() where isWanted(name) {
            guard let registration = try registrar.registration(of: name) else { continue }
            tools[name] = try StoredTool(registration, in: registrar)
        }
        return tools
    }
}
