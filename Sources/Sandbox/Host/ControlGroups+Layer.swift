extension ControlGroups {
    /// Used by every call where it is; no bundled profile requires it.
    static var layer: HostCapabilities.Layer {
        switch shared {
        case .success(let groups):
            .init(
                "cgroup", .enforced,
                "version \(groups.version == .one ? 1 : 2): memory and processes of every call are bound together")
        case .failure(let absence):
            .init(
                "cgroup", .optional, "none: \(absence.reason)",
                remedy: "`limits.memory` binds each process of a call by itself; \(absence.remedy)")
        }
    }
}
