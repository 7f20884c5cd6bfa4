import Diagnostics
import Glibc
import Ledger
import LinuxIO
import Manifests
import Policy
import Registry
@_spi(Launch) import Sandbox
import Store
import StrictJSON

/// One execution of a task, from its first entry in the ledger to its last.
///
///     let run = try await TaskRun.open(options)
///     let outcome = await run.registry.call(request)
///     if let problem = await run.end(["end": "done"]) { print(problem) }
package final class TaskRun: Sendable {
    /// What a run is started with.
    package struct Options: Sendable {
        /// Whether the registry is the agent's only way out.
        package typealias Confinement = RunContext.Agent.Confinement

        /// The path of the intent manifest.
        package var intent: String
        /// In place of the intent's workspace.
        package var workspace: String?
        /// Folders of tools and of profiles, beside the bundled ones.
        package var tools: [String]
        package var sandboxes: [String]
        package var confinement: Confinement
        /// What the agent is started with; empty where agentbox does not start it.
        package var command: [String]
        /// In place of `$AGENTBOX_HOME`: an absolute path.
        package var home: String?
        /// True if an agent will call again and again: what calls need is then kept ready.
        package var expectsManyCalls = false
        /// Set if no other tool will be called: nobody asks then whether the others are as they were registered.
        package var onlyTool: String?
        /// In place of `$AGENTBOX_HOME/allowed_signers` and `$AGENTBOX_HOME/revoked_keys`.
        package var allowedSigners: String?
        package var revokedKeys: String?
        /// In place of `$AGENTBOX_HOME`, whose registered tools are used as they are: nothing is registered.
        var registrationsHome: String?
        /// In place of `$AGENTBOX_HOME`, whose sources issue credentials.
        var credentialsHome: String?
        /// Set where calls are made to be watched: nothing that they write is published.
        var rehearsal: Rehearsal?

        package init(
            intent: String, workspace: String?, tools: [String], sandboxes: [String], confinement: Confinement,
            command: [String], home: String? = nil
        ) {
            self.intent = intent
            self.workspace = workspace
            self.tools = tools
            self.sandboxes = sandboxes
            self.confinement = confinement
            self.command = command
            self.home = home
        }
    }

    package let manifests: TaskManifests
    package let context: RunContext
    package let home: Home
    package let installation: Installation
    package let directory: RunDirectory
    package let registry: Registry
    package let launcher: Launcher
    /// What calls connect through, and the agent.
    let egress: EgressBroker
    package let workspace: WorkspaceRoot?
    /// When the task's time began.
    package let startedAt: Timestamp
    private let ledger: Ledger
    private let credentials: CredentialSetup
    let approvals: RunApprovals
    /// What people take back while the run goes on.
    let revocations: RevocationWatch

    /// Reads the manifests, checks the pins, opens the ledger and finishes what dead runs left behind.
    package static func open(_ options: Options) async throws -> TaskRun {
        try await open(options, registering: nil)
    }

    /// Opens a run in which one more tool counts as registered: as it is now.
    static func open(_ options: Options, registering tool: ToolCatalog.Entry?) async throws -> TaskRun {
        try await BlockingPool.shared.run { () throws -> TaskRun in try TaskRun(options, tool) }.begin(options)
    }

    /// Blocking.
    private init(_ options: Options, _ tool: ToolCatalog.Entry?) throws {
        let installation = try Installation.find()
        let home = try options.home.map { path in try Home(path) } ?? Home.open()
        let registrar = try ToolRegistrar(
            try options.registrationsHome.map { path in try Home(path) } ?? home, installation)
        let manifests = try TaskManifests.read(options, installation: installation, registrar: registrar)
        let definitions = try manifests.definitions()
        let intent = try manifests.compile(definitions)
        let pins = ToolPins(registrar: registrar, installation: installation)
        // What a run registers is on its record.
        registrations =
            options.registrationsHome == nil
            ? try pins.registerBundled(manifests.catalogue, manifests.profiles) : []
        if let tool { _ = try registrar.register(try ToolPins.source(tool, manifests.profiles)) }
        let called = definitions.filter { name, _ in options.onlyTool.map { $0 == name.rawValue } ?? true }
        let registered = try pins.registered(called, manifests)
        let readOnly = [options.intent] + options.tools + options.sandboxes
        let workspace = try manifests.workspace.map { path in
            try WorkspaceRoot(path, home: home.path, readOnly: readOnly)
        }
        (ledger, recovery) = try Ledger.open(home.ledger)
        let store = try SQLiteStateStore(home)
        let usual = SignerFiles(home)
        let signers = SignerFiles(
            allowedSigners: options.allowedSigners ?? usual.allowedSigners,
            revokedKeys: options.revokedKeys ?? usual.revokedKeys)
        try signers.requireOutside(workspace?.path)
        directory = try RunDirectory.create(in: home)
        let runPath = directory.path
        let layers = try workspace.map { try RunLayers(runDirectory: runPath, workspace: $0) }
        launcher = Launcher(
            LaunchPermit(), initPath: installation.programs + "/agentbox-init",
            filters: try FilterCache(folder: home.cache),
            hidden: [home.path] + [Home.existingUsual].compactMap { $0 }, keepsTemplates: options.expectsManyCalls)
        credentials = CredentialSetup(
            try options.credentialsHome.map { path in try Home(path) } ?? home,
            process: CredentialSetup.process(launcher, installation, manifests.profiles))
        context = RunContext(
            run: directory.identifier.description, task: manifests.intent.name,
            intentDigest: try CanonicalDigest.of(manifests.intentJSON).description,
            principal: manifests.intent.principal,
            agent: RunContext.Agent(name: manifests.intent.agent, confinement: options.confinement))
        // A review has to know what was granted, also when the manifest has changed.
        _ = try IntentArchive(home).keep(manifests.intentJSON)
        startedAt = .now()
        approvals = RunApprovals(
            manifests, store: store, ledger: ledger, context: context, startedAt: startedAt, directory: directory,
            signers: signers)
        egress = Self.egress(launcher, installation, manifests.profiles)
        registry = Registry(
            tools: registered, catalogued: manifests.names, intent: intent, workspace: workspace,
            context: context, startedAt: startedAt,
            // Outside of a box an agent reads what it likes.
            labels: options.confinement == .unconfined ? [.untrusted] : [],
            ledger: ledger, launcher: launcher, layers: layers, registrar: registrar,
            approvals: options.rehearsal == nil ? approvals.stage : nil,
            egress: egress,
            credentials: CredentialStage(
                sources: credentials.sources, store: store, ledger: ledger, context: context,
                socketFolder: directory.path),
            rehearsal: options.rehearsal)
        revocations = RevocationWatch(
            store: store, context: context, calls: registry.inProgress, tools: registered)
        self.installation = installation
        self.home = home
        self.manifests = manifests
        self.workspace = workspace
    }

    private static func egress(
        _ launcher: Launcher, _ installation: Installation, _ profiles: ProfileCatalog
    ) -> EgressBroker {
        EgressBroker(launcher: launcher, programs: installation.programs) { profile in
            guard let name = ProfileName(profile) else { preconditionFailure("`\(profile)` is no name") }
            return try profiles.resolve(name)
        }
    }

    private let recovery: Recovery
    /// What a person should look at before it goes on: what dead runs left, and which tools and sources are left out.
    package var startNotes: [String] { recovered.withLock { $0 } + manifests.notes + credentials.catalogue.notes }
    private let recovered = Locked<[String]>([])
    private let registrations: [RegisteredEntry]

    private func begin(_ options: Options) async throws -> TaskRun {
        // Before anything of a dead run is adopted: one that somebody holds counts as alive.
        try await DeadRequests(home: home, store: approvals.store, ledger: ledger).finish()
        let leases = try await credentials.deadLeases(of: home, store: approvals.store, ledger: ledger).finish()
        let notes = try await DeadRuns(home: home, ledger: ledger).finish(recovery)
        recovered.withLock { $0 = leases + notes }
        for entry in registrations { try await ledger.append(entry) }
        try await ledger.append(
            RunStartedEntry(
                context: context, workspace: workspace?.path, command: options.command, version: Runs.version,
                manifest: Self.realPath(options.intent)))
        try await revocations.mark()
        try await approvals.begin(
            RunRecord(
                run: context.run, task: context.task, intentDigest: context.intentDigest, principal: context.principal,
                agent: context.agent.name, confinement: context.agent.confinement.rawValue, workspace: workspace?.path,
                host: getpid(), started: startedAt))
        do {
            try await revocations.begin()
        } catch {
            // It has begun on record, and ends there.
            _ = await end(["end": "not started", "reason": .string("\(error)")])
            throw error
        }
        return self
    }

    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// What a person should know of the run before it goes on: which servers have one sandbox for all of their calls.
    package var serverNotes: [String] {
        let servers = Set(registry.visibleTools.compactMap { $0.server?.name })
        return servers.sorted().map { name in
            "calls to the tool server `\(name)` share one process and one sandbox for the whole run"
        }
    }

    /// Asks for each approval as it is needed, on the agent's terminal if there is one, or says that it is.
    func announceQuestions(to note: @escaping @Sendable (String) -> Void, on session: TerminalSession? = nil) {
        approvals.announce(to: note, on: session)
    }

    /// The tool of that name, if the intent has a rule for it.
    package func tool(named name: String) -> RegisteredTool? { registry.tool(named: name) }

    /// What the run changed in the workspace.
    package func changes() throws -> [WorkspaceChange] {
        NetChanges.of(try ChangeStore(runDirectory: directory.path).records())
    }

    /// Records the end and closes the ledger. To be called once, last.
    ///
    /// - Returns: What the person has to be told if the end could not be recorded. The run is over all the same, and
    ///   the calls' entries are on the disk.
    package func end(_ outcome: JSON) async -> String? {
        revocations.stop()
        do {
            try await registry.finish()
            await credentials.close()
            await approvals.end(context.run)
            try await ledger.append(abridging: RunEndedEntry(context: context, outcome: outcome))
            try await ledger.close()
            return nil
        } catch {
            try? await ledger.close()
            return "the end of run \(context.run) is not on record: \(error.message)"
        }
    }
}
