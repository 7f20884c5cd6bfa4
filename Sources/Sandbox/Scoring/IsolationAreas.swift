import Manifests

/// The layers that a profile insists on. What a layer that it does not list gives is given only where the host has it.
enum IsolationAreas {
    static func areas(of subject: ScoreSubject) -> [ScoredArea] {
        let layers: [(SandboxProfile.IsolationLayer, ScoredArea.Weight, String)] = [
            (.namespaces, .escape, "the host's processes, network and mounts may be in sight"),
            (.landlock, .escape, "nothing but the view decides which files are reached"),
            (.seccomp, .escape, "every system call of the kernel may be reached"),
            (.cgroup, .resource, "where there are none `limits.memory` binds each process by itself, not the call"),
        ]
        return layers.map { layer, weight, lost in
            let name = "isolation: \(layer.rawValue)"
            guard !subject.profile.isolation.contains(layer) else { return ScoredArea(name, weight, []) }
            let reason = ScoredArea.Reason(
                layer == .cgroup ? 5 : 10, "not required: \(lost)", nil,
                remedy: "add `\(layer.rawValue)` to `isolation`")
            return ScoredArea(name, weight, [reason])
        }
    }
}
