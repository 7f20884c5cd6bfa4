extension ResolvedProfile {
    /// A profile that extends nothing, with this one's settings and system calls of its own.
    package func written(
        as name: ProfileName, description: String, default action: SandboxProfile.SystemCalls.Action, allow: [String],
        rules: [SandboxProfile.SystemCalls.Rule]
    ) -> SandboxProfile {
        SandboxProfile(
            name: name, description: description,
            isolation: SandboxProfile.IsolationLayer.allCases.filter(isolation.contains),
            landlockABI: landlockABI,
            filesystem: .init(
                read: read, exec: exec, tmp: tmp, workspace: workspace, view: view,
                grants: GrantWord.allCases.filter(grants.contains)),
            network: network, syscalls: .init(defaultAction: action, allow: allow, rules: rules),
            environment: .init(pass: pass, set: Dictionary(set) { $1 }),
            limits: .init(
                memory: limits.memory, processes: limits.processes, cpu: limits.cpu, files: limits.files,
                fileSize: limits.fileSize, connections: limits.connections, traffic: limits.traffic,
                connectionTime: limits.connectionTime))
    }
}
