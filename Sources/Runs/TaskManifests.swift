import Manifests
import Policy
import Registry
import Store
import StrictJSON

/// Everything that a task is made of, read once: the intent, the tools that its rules may mean, their profiles.
package struct TaskManifests: Sendable {
    /// The intent's file, as it was named.
    package let path: String
    package let intent: Intent
    /// `sha256:…` of the intent's canonical form is taken of this.
    package let intentJSON: JSON
    /// By name; only those that a rule may mean.
    package let tools: [ToolName: ToolCatalog.Entry]
    /// Every tool that was found in a folder, whether a rule may mean it or not, but for bundled ones that none may mean.
    package let catalogue: ToolCatalog
    /// Those of `tools` that are in no folder here, but registered.
    let stored: [ToolName: StoredTool]
    package let profiles: ProfileCatalog
    /// The workspace's path on the host; nil if the task has none.
    package let workspace: String?

    /// Reads the intent, the catalogues, and of the store what else a rule may mean. Blocking.
    package static func read(
        _ options: TaskRun.Options, installation: Installation, registrar: ToolRegistrar
    ) throws -> TaskManifests {
        let intent = try Intent.load(path: options.intent)
        func isMeant(_ name: ToolName) -> Bool {
            intent.rules.contains { rule in
                ([rule.tool] + rule.after + rule.before).contains { $0.matches(name) }
            }
        }
        // All are read where they are still to be registered.
        let areRegistered = try options.registrationsHome != nil || registrar.hasBundled()
        let catalogue = try ToolCatalog.load(bundled: installation.tools, further: options.tools) { name in
            !areRegistered || isMeant(name)
        }
        try requireWhole(catalogue, for: intent)
        let profiles = try ProfileCatalog.load(directories: [installation.sandboxes] + options.sandboxes)
        let stored = try StoredTool.all(in: registrar, besides: catalogue, where: isMeant)
        let found = catalogue.entries.filter { name, _ in intent.rules.contains { $0.tool.matches(name) } }
        return TaskManifests(
            path: options.intent, intent: intent, intentJSON: intent.canonicalJSON(),
            tools: found.merging(stored.mapValues(\.entry)) { found, _ in found }, catalogue: catalogue, stored: stored,
            profiles: profiles, workspace: workspace(of: intent, options))
    }

    /// A task does not start without a tool that it may need: what lets calls through, or waits for them, is meant by its
    /// author as it stands. A rule that only denies loses nothing by a tool that nobody can call.
    private static func requireWhole(_ catalogue: ToolCatalog, for intent: Intent) throws(ManifestErrors) {
        let patterns = intent.rules.flatMap { rule in
            (rule.effect == .deny ? [] : [rule.tool]) + rule.after + rule.before
        }
        let needed = catalogue.broken.filter { patterns.contains(where: $0.isMeant) }
        guard needed.isEmpty else { throw ManifestErrors(needed.flatMap(\.errors.problems)) }
    }

    /// What a person should know before the task begins: tools that are left out.
    package var notes: [String] { catalogue.broken.map(\.note) }

    /// The names of all tools that are there.
    var names: Set<ToolName> { Set(catalogue.entries.keys).union(stored.keys).union(catalogue.unread) }

    /// The tools with their profiles resolved and their schemas compiled.
    package func definitions() throws -> [ToolName: ToolDefinition] {
        var definitions: [ToolName: ToolDefinition] = [:]
        for (name, entry) in tools {
            let profile = try stored[name]?.profile ?? profiles.profile(of: entry)
            definitions[name] = try ToolDefinition(entry.tool, profile: profile)
        }
        return definitions
    }

    /// Compiles the intent against the tools: every rule and constraint is checked here.
    package func compile(_ definitions: [ToolName: ToolDefinition]) throws(ManifestErrors) -> CompiledIntent {
        do throws(PolicyError) {
            return try CompiledIntent(intent, tools: definitions.mapValues(\.policyTool))
        } catch {
            let problems = IntentProblems(path).errors(error)
            // One whose name cannot be read may be the one that is missed.
            guard problems.problems.contains(where: { $0.code.rawValue == "unknown-tool" }) else { throw problems }
            throw ManifestErrors(
                problems.problems + catalogue.broken.flatMap(\.errors.problems), omitted: problems.omitted)
        }
    }

    /// Relative to the manifest's folder; an option is relative to the current one.
    private static func workspace(of intent: Intent, _ options: TaskRun.Options) -> String? {
        if let workspace = options.workspace { return workspace }
        guard let workspace = intent.workspace else { return nil }
        if workspace.hasPrefix("/") { return workspace }
        let folder = options.intent.lastIndex(of: "/").map { String(options.intent[...$0]) } ?? ""
        return folder + workspace
    }
}
