import Ledger
import Manifests
import Registry
import Store

/// The tools of a catalogue as they are registered: what a run may use.
struct ToolPins {
    let registrar: ToolRegistrar
    let installation: Installation

    /// Registers the bundled tools if this agentbox has not done so, and says what changed by that. A catalogue of which
    /// some were left unread registers none: agentbox, replaced at this moment, would be noted as having registered all.
    ///
    /// Blocking, as all here.
    func registerBundled(_ catalogue: ToolCatalog, _ profiles: ProfileCatalog) throws -> [RegisteredEntry] {
        guard catalogue.unread.isEmpty else { return [] }
        let bundled = catalogue.entries.values.filter { $0.folder.hasPrefix(installation.tools + "/") }
        let result = try registrar.registerBundled {
            try bundled.sorted { $0.tool.name < $1.tool.name }.map { try Self.source($0, profiles) }
        }
        guard let result else { return [] }
        return result.changes.filter { !$0.isUnchanged }.map { $0.entry(by: "installation") }
    }

    /// The registrations of these tools.
    ///
    /// - Throws: `StoreError` if one was never registered, or is not what was registered; it shows the difference.
    func registered(
        _ definitions: [ToolName: ToolDefinition], _ manifests: TaskManifests
    ) throws -> [RegisteredTool] {
        // A server is checked once, not once for each of its tools.
        var servers: [ToolName: Registration] = [:]
        return try definitions.sorted { $0.key < $1.key }.compactMap { name, definition in
            guard let entry = manifests.tools[name] else { return nil }
            if let stored = manifests.stored[name] { return entry.registered(definition, stored.registration) }
            let subject = ToolSubject(entry)
            var registration = servers[subject.name]
            if registration == nil {
                registration = try registrar.check(try Self.source(subject, manifests.profiles)).usable(subject.name)
                if entry.server != nil { servers[subject.name] = registration }
            }
            return registration.map { entry.registered(definition, $0) }
        }
    }

    static func source(_ entry: ToolCatalog.Entry, _ profiles: ProfileCatalog) throws -> ToolSource {
        try source(ToolSubject(entry), profiles)
    }

    static func source(_ subject: ToolSubject, _ profiles: ProfileCatalog) throws -> ToolSource {
        switch subject {
        case .tool(let entry):
            let profile = try profiles.profile(of: entry)
            return ToolSource(tool: entry.tool, folder: entry.folder, profile: profile.digestSource)
        case .server(let entry):
            let profile = try profiles.profile(of: entry)
            return ToolSource(server: entry.server, folder: entry.folder, profile: profile.digestSource)
        }
    }
}

extension RegistrationChange {
    /// What the ledger says of it.
    package func entry(by whom: String) -> RegisteredEntry {
        RegisteredEntry(
            tool: registration.name.rawValue, toolDigest: registration.toolDigest.description,
            previousDigest: previous?.toolDigest.description, by: whom, differences: Array(differences.prefix(100)))
    }
}
