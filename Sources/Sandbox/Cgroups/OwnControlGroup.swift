import LinuxIO

/// Where in the kernel's hierarchies this process is: beneath it, and nowhere else, it makes groups.
struct OwnControlGroup: Hashable, Sendable {
    let version: ControlGroupVersion
    /// Of version 2 both are one.
    let memory: String
    let processes: String

    /// The places to look at, the best first: version 2 can be delegated, and kills a group as a whole by itself.
    ///
    /// - Parameters:
    ///   - groups: The text of `/proc/self/cgroup`.
    ///   - mounts: The text of `/proc/self/mountinfo`.
    static func candidates(groups: String, mounts: String) -> [OwnControlGroup] {
        let mounts = mounts.split(separator: "\n").compactMap(Mount.init)
        var found: [OwnControlGroup] = []
        if let path = path(in: groups, of: nil),
            let folder = Self.folder(path, in: mounts.filter { $0.type == "cgroup2" })
        {
            found.append(.init(version: .two, memory: folder, processes: folder))
        }
        func folder(_ controller: String) -> String? {
            guard let path = path(in: groups, of: controller) else { return nil }
            return Self.folder(path, in: mounts.filter { $0.type == "cgroup" && $0.options.contains(controller) })
        }
        if let memory = folder("memory"), let processes = folder("pids") {
            found.append(.init(version: .one, memory: memory, processes: processes))
        }
        return found
    }

    /// `4:memory:/user/a`; of version 2 `0::/user/a`.
    private static func path(in groups: String, of controller: String?) -> String? {
        for line in groups.split(separator: "\n") {
            let parts = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard parts.count == 3 else { continue }
            let isIt =
                controller.map { parts[1].split(separator: ",").map(String.init).contains($0) }
                ?? (parts[0] == "0" && parts[1].isEmpty)
            if isIt { return String(parts[2]) }
        }
        return nil
    }

    /// Nil if no mount shows the group: it may be above the part that a container sees (`/../a`), or gone.
    private static func folder(_ path: String, in mounts: [Mount]) -> String? {
        guard !path.split(separator: "/").contains(".."), !path.hasSuffix(" (deleted)") else { return nil }
        for mount in mounts where HostPath.contains(mount.root, path) {
            let rest = path.dropFirst(mount.root == "/" ? 0 : mount.root.utf8.count)
            return rest.isEmpty || rest == "/" ? mount.point : mount.point + rest
        }
        return nil
    }

    private struct Mount {
        let root: String
        let point: String
        let type: String
        let options: Set<String>

        /// `35 31 0:32 / /sys/fs/cgroup/memory rw,relatime shared:9 - cgroup cgroup rw,memory`
        init?(_ line: Substring) {
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 3 else { return nil }
            // A name with a blank or a backslash is written `\040`: no such hierarchy is looked into.
            guard !words[3].contains("\\"), !words[4].contains("\\") else { return nil }
            root = words[3]
            point = words[4]
            type = words[dash + 1]
            options = Set(words[dash + 3].split(separator: ",").map(String.init))
        }
    }
}
