import CSandbox
import Glibc
import LinuxIO
import Manifests

/// Both plans of a box: what init builds, and what it starts there.
struct ConfinedPlans: Sendable {
    private(set) var view: ViewPlan
    private(set) var call: CallPlan
    let limits: CallLimits
    /// The profile accepts no call without a group. Others have one where there can be one.
    let requiresGroup: Bool
    /// Calls have groups on this host: a process that is made ready for one reckons with it.
    let expectsGroup: Bool

    /// - Parameters:
    ///   - host: What the profile's `filesystem.read` came to.
    ///   - executablePath: Where the executable lies on this host, if it has a name.
    ///   - filter: Compiled from the profile.
    ///   - landlockABI: Of this kernel; 0 without Landlock.
    ///   - hidden: Folders that no box sees.
    init(
        _ box: ConfinedSpecification, host: HostPaths, executablePath: String?, filter: FilterCache.Entry,
        landlockABI: UInt32, hidden: [String]
    ) throws(SandboxError) {
        let profile = box.profile
        limits = CallLimits(profile.limits, memory: box.memory)
        requiresGroup = profile.isolation.contains(.cgroup)
        let workspace = try WorkspaceAccess(
            box.workspace, profile: profile, grants: box.grants, layer: box.layer)
        guard landlockABI > 0 || !workspace.needsLandlock else {
            throw SandboxError(
                .layerMissing, "only Landlock can keep a call to the files of its grant, and this kernel has none",
                remedy: "boot with `lsm=landlock,…` (Linux 5.13 or later)")
        }
        guard landlockABI >= Self.abiOfPorts || box.listens?.isEmpty ?? true else {
            throw SandboxError(
                .layerMissing,
                "only Landlock (layer `landlock`) can keep a call to the ports of its `listen` grants, from ABI "
                    + "\(Self.abiOfPorts) on, and this kernel has \(landlockABI)",
                remedy: "Linux 6.7 or later has it")
        }
        let home = box.home ?? "/tmp"

        view = ViewPlan(identity: box.identity)
        view.mappedOwner = box.workspace?.owner
        view.requiresGroup = requiresGroup
        view.limits = limits
        view.hasLoopback = (profile.allowsInternetSockets || box.destinations != nil) && !box.sharesHostNetwork
        view.sharesHostNetwork = box.sharesHostNetwork
        view.mounts = host.mounts
        view.mounts += try Self.naming(
            box.destinations, in: host.systemFiles(home: home), profile: profile.name.rawValue)
        view.mounts.append(PlannedMount(content: .devices(hasTerminal: box.hasTerminal), target: "/dev"))
        view.mounts.append(PlannedMount(content: .processes, target: "/proc"))
        if profile.tmp.bytes > 0 {
            for folder in ["/tmp"] + (box.home.map { [$0] } ?? []) {
                view.mounts.append(
                    PlannedMount(
                        content: .temporary(bytes: profile.tmp.bytes), target: folder, mode: 0o1777,
                        isReadOnly: false, isExecutable: Self.mayExecute(beneath: folder, profile)))
            }
        }
        view.isOwn = workspace.isOwn
        view.mounts += workspace.mounts(
            box.identity, isExecutable: Self.mayExecute(beneath: WorkspaceRoot.viewPath, profile))
        let rules = ShowRules(hidden: hidden, asker: .person)
        for folder in box.readable {
            let path = HostPath.canonical(folder)
            try rules.require(path)
            try rules.require(path, besides: home)
            view.mounts.append(PlannedMount(content: .bind(try Self.open(path)), target: path))
        }
        for bind in box.binds {
            view.mounts.append(
                PlannedMount(content: .bind(bind.source), target: bind.target, isExecutable: bind.isExecutable))
        }

        if !box.files.named.isEmpty {
            view.mounts.append(
                PlannedMount(content: .callFiles, target: CallFiles.folder, isReadOnly: false, isExecutable: false))
        }

        call = CallPlan(
            identity: box.identity, executable: box.executable.descriptor,
            arguments: box.executable.prefix + box.arguments)
        call.executablePath = Self.place(of: box, at: executablePath, in: &view, besides: host.readable)
        call.environment = CallEnvironment.make(profile, adding: box.environment)
        call.input = box.input
        call.output = box.output
        call.errorOutput = box.errorOutput
        call.terms.filter = filter
        expectsGroup = ControlGroups.isAvailable
        call.terms.limits = limits.ofEachProcess(isInGroup: expectsGroup)
        let fallback = workspace.isVisible ? WorkspaceRoot.viewPath : profile.tmp.bytes > 0 ? "/tmp" : "/"
        call.directory = box.directory ?? fallback
        call.terms.hasTerminal = box.hasTerminal
        call.destinations = box.destinations
        call.files = box.files
        call.terms.listening = box.listening
        view.terms = call.terms
        call.holdsStreams = box.holdsStreams
        if landlockABI > 0 {
            var shared = LandlockRuleset(
                abi: landlockABI, refusesTCP: box.refusesTCP, listens: box.listens != nil)
            var own = shared
            Self.addRules(of: box, host.readable, to: &shared, workspace: &own)
            own.allow(.run, on: box.executable.descriptor)
            if box.hasTerminal, let terminal = box.input {
                // By names such as /dev/stderr it is opened anew; it lies where no name of the view leads.
                own.allow([.readFile, .writeFile, .truncate, .deviceControl], on: terminal)
            }
            for grant in box.grants {
                if let program = grant.program { own.allow(.run, inView: program) }
            }
            for port in box.listens ?? [] { own.allowBinding(to: port.number) }
            workspace.addRules(to: &own)
            view.landlock = shared
            call.landlock = own
        }
    }

    /// LANDLOCK_ACCESS_NET_BIND_TCP
    private static let abiOfPorts: UInt32 = 4

    /// Where the executable is in the view. What the view does not show of itself gets a place of its own there: of the
    /// host's mount the program could change the marks of its file.
    private static func place(
        of box: ConfinedSpecification, at path: String?, in view: inout ViewPlan, besides shown: [String]
    ) -> String {
        let readable = shown + box.readable.map(HostPath.canonical)
        if let path, readable.contains(where: { HostPath.contains($0, path) }) { return path }
        view.mounts.append(
            PlannedMount(content: .bind(box.executable.descriptor), target: VerifiedExecutable.place))
        return VerifiedExecutable.place
    }

    /// The files of /etc with the names of the destinations in them.
    private static func naming(
        _ destinations: CallDestinations?, in files: [PlannedMount], profile: String
    ) throws(SandboxError) -> [PlannedMount] {
        guard let destinations else { return files }
        // The host's own would resolve names to where nothing listens.
        for name in ["/etc/hosts", "/etc/nsswitch.conf"] where !files.contains(where: { $0.target == name }) {
            throw SandboxError(
                .invalidSpecification,
                "the profile `\(profile)` shows the host's `\(name)`, and a call with `connect` grants needs its own",
                remedy: "take `/etc` or `\(name)` out of `filesystem.read`")
        }
        return files.map { mount in
            guard mount.target == "/etc/hosts", case .file(let text) = mount.content else { return mount }
            var mount = mount
            mount.content = .file(text: text + destinations.hostsLines)
            return mount
        }
    }

    /// The same plans, and what the call writes goes to these.
    func writing(to streams: CallStreams) -> ConfinedPlans {
        var plans = self
        plans.call.output = streams.output.writer
        plans.call.errorOutput = streams.errorOutput.writer
        return plans
    }

    /// The call's plan, once what it is in holds it to its limits.
    ///
    /// - Parameter own: Processes of agentbox-init's own in the group.
    func call(in group: HeldControlGroup?, own: Int) throws(SandboxError) -> SealedPlan {
        var call = call
        call.terms.limits = limits.ofEachProcess(isInGroup: group != nil)
        if let group { try limits.bind(group, own: own) }
        return try call.sealed()
    }

    private static func open(_ path: String) throws(SandboxError) -> SharedDescriptor {
        do {
            return try Descriptor.open(path, pathOnly | O_NOFOLLOW).shared()
        } catch {
            throw SandboxError("open `\(path)` of `--read`", error)
        }
    }

    private static func mayExecute(beneath path: String, _ profile: ResolvedProfile) -> Bool {
        profile.exec.contains { HostPath.contains($0, path) || HostPath.contains(path, $0) }
    }

    /// The dynamic loaders that a program's header may name, as far as this host has them. Without one no dynamic
    /// program starts; with one a program can be started by its help, so a profile's `exec` is about what is started by
    /// accident, not about what runs.
    private static let loaders = allLoaders.filter { access($0, F_OK) == 0 }
    private static let allLoaders =
        switch Architecture.host {
        case .x86_64: ["/lib64/ld-linux-x86-64.so.2", "/lib/ld-musl-x86_64.so.1"]
        case .aarch64: ["/lib/ld-linux-aarch64.so.1", "/lib/ld-musl-aarch64.so.1"]
        }

    /// What every call in the view may touch. What of it lies in the workspace, whose names somebody else chose, is each
    /// call's own to look up.
    private static func addRules(
        of box: ConfinedSpecification, _ readable: [String], to rules: inout LandlockRuleset,
        workspace: inout LandlockRuleset
    ) {
        let profile = box.profile
        rules.allow(.read, inView: "/etc")
        for path in readable where !HostPath.contains("/etc", path) { rules.allow(.read, inView: path) }
        rules.allow(.read, inView: "/proc")
        // Attack: to execute a file is to read it. Where the grants say what of the workspace is read, a folder of
        // programs there would say otherwise: then it is the granted files that may be executed (WorkspaceAccess).
        for path in profile.exec {
            if !HostPath.contains(WorkspaceRoot.viewPath, path) {
                rules.allow(.run, inView: path, isOptional: true)
            } else if profile.workspace == .all {
                workspace.allow(.run, inView: path, isOptional: true)
            }
        }
        for path in loaders { rules.allow(.run, inView: path, isOptional: true) }
        if profile.tmp.bytes > 0 {
            rules.allow([.read, .change], inView: "/tmp")
            if let home = box.home { rules.allow([.read, .change], inView: home) }
        }
        rules.allow([.read, .deviceControl], inView: "/dev")
        for name in ["null", "zero", "full"] + (box.hasTerminal ? ["tty"] : []) {
            rules.allow([.writeFile, .truncate], inView: "/dev/\(name)")
        }
        if !box.files.named.isEmpty { rules.allow(.read, inView: CallFiles.folder) }
        for path in box.readable { rules.allow([.read, .run], inView: HostPath.canonical(path)) }
        for bind in box.binds {
            rules.allow(bind.isExecutable ? [.read, .run] : .read, inView: bind.target)
        }
    }
}
