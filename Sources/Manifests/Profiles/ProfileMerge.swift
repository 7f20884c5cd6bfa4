/// A profile on its way from its farthest ancestor to itself: each line with the profile that wrote it.
struct ProfileMerge {
    private typealias Line<Value> = (value: Value, origin: ProfileName)

    private var description = ""
    private var isolation = Lines<SandboxProfile.IsolationLayer>()
    private var landlockABI: Line<Int>?
    private var read = Lines<String>()
    private var exec = Lines<String>()
    private var tmp: Line<ByteCount>?
    private var workspace: Line<SandboxProfile.Workspace>?
    private var view: Line<SandboxProfile.View>?
    private var grants = Lines<GrantWord>()
    private var network: Line<SandboxProfile.NetworkMode>?
    private var defaultAction: Line<SandboxProfile.SystemCalls.Action>?
    private var allow = Lines<String>()
    private var deny = Lines<String>()
    private var rules = Lines<SandboxProfile.SystemCalls.Rule>()
    private var report: Line<Bool>?
    private var pass = Lines<String>()
    private var set: [String: Line<String>] = [:]
    private var memory: Line<ByteCount>?
    private var processes: Line<Int>?
    private var cpu: Line<Duration>?
    private var files: Line<Int>?
    private var fileSize: Line<ByteCount>?
    private var connections: Line<Int>?
    private var traffic: Line<ByteCount>?
    private var connectionTime: Line<Duration>?

    /// Adds the lines of the next profile towards the tool.
    mutating func add(_ profile: SandboxProfile) {
        let name = profile.name
        description = profile.description
        isolation.add(profile.isolation, from: name)
        if let abi = profile.landlockABI, abi > landlockABI?.value ?? 0 { landlockABI = (abi, name) }
        read.add(profile.filesystem.read, from: name)
        exec.add(profile.filesystem.exec, from: name)
        tmp = profile.filesystem.tmp.map { ($0, name) } ?? tmp
        workspace = profile.filesystem.workspace.map { ($0, name) } ?? workspace
        view = profile.filesystem.view.map { ($0, name) } ?? view
        if profile.filesystem.grants != nil { grants = Lines() }
        grants.add(profile.filesystem.grants, from: name)
        network = profile.network.map { ($0, name) } ?? network
        add(profile.syscalls, from: name)
        pass.add(profile.environment.pass, from: name)
        for (variable, value) in profile.environment.set ?? [:] { set[variable] = (value, name) }
        add(profile.limits, from: name)
    }

    private mutating func add(_ calls: SandboxProfile.SystemCalls, from name: ProfileName) {
        defaultAction = calls.defaultAction.map { ($0, name) } ?? defaultAction
        allow.remove(calls.deny)
        deny.remove(calls.allow)
        allow.add(calls.allow, from: name)
        deny.add(calls.deny, from: name)
        rules.add(calls.rules, from: name)
        report = calls.report.map { ($0, name) } ?? report
    }

    private mutating func add(_ limits: SandboxProfile.ProfileLimits, from name: ProfileName) {
        memory = limits.memory.map { ($0, name) } ?? memory
        processes = limits.processes.map { ($0, name) } ?? processes
        cpu = limits.cpu.map { ($0, name) } ?? cpu
        files = limits.files.map { ($0, name) } ?? files
        fileSize = limits.fileSize.map { ($0, name) } ?? fileSize
        connections = limits.connections.map { ($0, name) } ?? connections
        traffic = limits.traffic.map { ($0, name) } ?? traffic
        connectionTime = limits.connectionTime.map { ($0, name) } ?? connectionTime
    }

    /// The merged profile, or what is missing from it.
    func resolved(_ name: ProfileName) throws(ProfileError) -> ResolvedProfile {
        guard let memory, let processes, let cpu, let files, let fileSize else {
            let limits: [(String, Bool)] = [
                ("limits.memory", memory != nil), ("limits.processes", processes != nil), ("limits.cpu", cpu != nil),
                ("limits.files", files != nil), ("limits.fileSize", fileSize != nil),
            ]
            throw .incomplete(name, limits.filter { !$0.1 }.map(\.0))
        }
        // The view's own folders need no line in `read`.
        let visible = read.values + ["/tmp", "/workspace"]
        for path in exec.values where !visible.contains(where: { Paths.covers($0, path) }) {
            throw .notReadable(path, in: name)
        }
        var profile = ResolvedProfile(
            name: name, description: description,
            isolation: isolation.values.isEmpty ? [.namespaces, .landlock, .seccomp] : Set(isolation.values),
            landlockABI: landlockABI?.value,
            read: read.values.sorted(), exec: exec.values.sorted(), tmp: tmp?.value ?? ByteCount(0),
            workspace: workspace?.value ?? .none, grants: Set(grants.values), network: network?.value ?? .none,
            defaultAction: defaultAction?.value ?? .eperm, allow: allow.values.sorted(), deny: deny.values.sorted(),
            rules: rules.values, reportsRefusals: report?.value ?? true, pass: pass.values.sorted(),
            set: set.sorted { $0.key < $1.key }.map { ($0.key, $0.value.value) },
            limits: .init(
                memory: memory.value, processes: processes.value, cpu: cpu.value, files: files.value,
                fileSize: fileSize.value),
            origins: origins, digestSource: .null)
        profile.limits.connections = connections?.value
        profile.limits.traffic = traffic?.value
        profile.limits.connectionTime = connectionTime?.value
        profile.view = view?.value ?? .shared
        guard profile.view == .shared || profile.workspace != .all else { throw .viewOfAll(name) }
        profile.digestSource = profile.canonicalJSON()
        return profile
    }

    private var origins: [ResolvedProfile.Origin] {
        var origins: [ResolvedProfile.Origin] = []
        func list<Value>(_ key: String, _ lines: Lines<Value>, _ text: (Value) -> String) {
            origins += lines.lines.map { .init(key: key, line: text($0.value), profile: $0.origin) }
        }
        func scalar<Value>(_ key: String, _ line: Line<Value>?, _ text: (Value) -> String) {
            if let line { origins.append(.init(key: key, line: text(line.value), profile: line.origin)) }
        }
        list("isolation", isolation) { $0.rawValue }
        scalar("landlock.abi", landlockABI) { String($0) }
        list("filesystem.read", read) { $0 }
        list("filesystem.exec", exec) { $0 }
        scalar("filesystem.tmp", tmp) { $0.text }
        scalar("filesystem.workspace", workspace) { $0.rawValue }
        scalar("filesystem.view", view) { $0.rawValue }
        list("filesystem.grants", grants) { $0.rawValue }
        scalar("network", network) { $0.rawValue }
        scalar("syscalls.default", defaultAction) { $0.rawValue }
        list("syscalls.allow", allow) { $0 }
        list("syscalls.deny", deny) { $0 }
        list("syscalls.rules", rules) { $0.text }
        scalar("syscalls.report", report) { String($0) }
        list("environment.pass", pass) { $0 }
        for (name, line) in set.sorted(by: { $0.key < $1.key }) {
            scalar("environment.set", line) { "\(name): \($0)" }
        }
        scalar("limits.memory", memory) { $0.text }
        scalar("limits.processes", processes) { String($0) }
        scalar("limits.cpu", cpu) { $0.text }
        scalar("limits.files", files) { String($0) }
        scalar("limits.fileSize", fileSize) { $0.text }
        scalar("limits.connections", connections) { String($0) }
        scalar("limits.traffic", traffic) { $0.text }
        scalar("limits.connectionTime", connectionTime) { $0.text }
        return origins
    }
}

/// Lines of one key in the order in which they came, each once.
private struct Lines<Value: Hashable> {
    private(set) var lines: [(value: Value, origin: ProfileName)] = []

    var values: [Value] { lines.map(\.value) }

    mutating func add(_ values: [Value]?, from origin: ProfileName) {
        for value in values ?? [] where !lines.contains(where: { $0.value == value }) {
            lines.append((value, origin))
        }
    }

    mutating func remove(_ values: [Value]?) {
        guard let values, !values.isEmpty else { return }
        lines.removeAll { values.contains($0.value) }
    }
}
