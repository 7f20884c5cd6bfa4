import Diagnostics
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
    /// The folders of profiles beside the bundled one.
    let sandboxes: [String]

    /// Blocking.
    package init(tools: [String], sandboxes: [String]) throws {
        installation = try Installation.find()
        additional = tools
        self.sandboxes = sandboxes
        catalogue = try ToolCatalog.load(bundled: installation.tools, further: tools)
        profiles = try ProfileCatalog.load(directories: [installation.sandboxes] + sandboxes)
    }

    /// The tool of that name whose source is here.
    package func entry(named text: String) throws -> ToolCatalog.Entry {
        guard case .tool(let entry) = try subject(named: text) else {
            throw RunError(
                "`\(text)` is a tool server, or a tool of one: its manifest has no tests",
                remedy: "call its tools with `agentbox call --intent`")
        }
        return entry
    }

    /// The tool or the server of that name whose source is here; of a server's tool, the server.
    package func subject(named text: String) throws -> ToolSubject {
        if let name = ToolName(text), let server = catalogue.servers[name] { return .server(server) }
        if let name = ToolName(text), let entry = catalogue.entries[name] { return ToolSubject(entry) }
        let broken = catalogue.broken.filter { broken in broken.names.contains { $0.rawValue == text } }
        if !broken.isEmpty { throw ManifestErrors(broken.flatMap(\.errors.problems)) }
        if let name = ToolName(text), try registrar().registration(of: name) != nil {
            throw RunError(
                "the tool `\(text)` is registered, and this needs its source, which is not here",
                remedy: "name the folder that its folder is in with --tools DIR")
        }
        let known = try Array(catalogue.entries.keys) + Array(catalogue.servers.keys) + registrar().names()
        let near = Nearest.match(text, among: known.map(\.rawValue))
        throw RunError(
            "there is no tool \(VisibleText.quoted(text))",
            remedy: (near.map { "did you mean `\($0)`? " } ?? "")
                + "`agentbox tool list` shows those that there are; name further folders with --tools DIR")
    }

    /// The tool or server of that name: its source if that is here, else what is registered.
    package func found(named text: String) throws -> ToolSubject {
        guard let name = ToolName(text), catalogue.entries[name] == nil, catalogue.servers[name] == nil,
            !catalogue.broken.contains(where: { $0.names.contains(name) })
        else {
            return try subject(named: text)
        }
        let registrar = try registrar()
        if let registration = try registrar.registration(of: name) {
            if let entry = try StoredTool.load(registration, in: registrar).first?.entry { return ToolSubject(entry) }
        }
        let stored = try StoredTool.all(in: registrar, besides: catalogue) { $0 == name }
        return try stored[name].map { ToolSubject($0.entry) } ?? subject(named: text)
    }

    /// What was set aside of the folders, a line each, but for the tool of that name.
    package func notes(besides text: String? = nil) -> [String] {
        catalogue.broken.filter { broken in !broken.names.contains { $0.rawValue == text } }.map(\.note)
    }

    /// The registered tools whose source is not here, by name, and what is wrong with those that cannot be read.
    package func storedEntries() throws -> (entries: [ToolCatalog.Entry], problems: [any Diagnostic]) {
        let registrar = try registrar()
        var entries: [ToolCatalog.Entry] = []
        var problems: [any Diagnostic] = []
        for name in try registrar.names() where catalogue.entries[name] == nil && catalogue.servers[name] == nil {
            do {
                guard let registration = try registrar.registration(of: name) else { continue }
                entries += try StoredTool.load(registration, in: registrar).map(\.entry)
            } catch let problem as any Diagnostic {
                problems.append(problem)
            }
        }
        return (entries, problems)
    }

    /// The profile that a tool was registered with; nil if it is not, or is a server.
    func storedProfile(of name: ToolName) throws -> ResolvedProfile? {
        let registrar = try registrar()
        guard let registration = try registrar.registration(of: name) else { return nil }
        return try StoredTool.load(registration, in: registrar).first?.profile
    }

    func registrar() throws -> ToolRegistrar { try ToolRegistrar(try Home.open(), installation) }

    /// Everything that is checked of a tool or a server before it is registered: its schemas, its profile, its grants
    /// under that, the words of its command if they are ours, its names.
    package func check(_ subject: ToolSubject) throws {
        var problems: [ManifestProblem] = []
        for entry in subject.tools {
            let definition = try ToolDefinition(entry.tool, profile: try profiles.profile(of: entry))
            problems += HTTPToolCheck.problems(of: definition, entry)
        }
        problems += try GrantCheck.problems(of: subject, profiles)
        guard problems.isEmpty else { throw ManifestErrors(problems) }
        try PrefixRule(self).check(subject)
    }

    /// What is right and should be thought about all the same. Blocking.
    package func warnings(of subject: ToolSubject) throws -> [String] {
        let sources = MissingSources(try Home.open())
        return subject.warnings + sources.warnings(of: subject.tools.map(\.tool))
    }

    /// What a registrar is given of it.
    package func source(of subject: ToolSubject) throws -> ToolSource { try ToolPins.source(subject, profiles) }
}
