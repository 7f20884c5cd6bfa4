import StrictJSON

/// A sandbox profile with everything that it extends merged in: nothing is left to inherit. Made by
/// `ProfileResolver`, which documents how the merge goes.
package struct ResolvedProfile: Sendable {
    package var name: ProfileName
    package var description: String
    /// The layers that must hold, or the call is refused.
    package var isolation: Set<SandboxProfile.IsolationLayer>
    /// The least ABI of Landlock with which calls run; nil for any.
    package var landlockABI: Int?
    /// Absolute paths of the host, readable in the view under the same names. Sorted, unique.
    package var read: [String]
    /// Absolute paths whose files may be executed. Sorted, unique.
    package var exec: [String]
    /// Size of the private `/tmp`; zero gives none.
    package var tmp: ByteCount
    package var workspace: SandboxProfile.Workspace
    package var view = SandboxProfile.View.shared
    /// The grant words that a tool under this profile may use.
    package var grants: Set<GrantWord>
    package var network: SandboxProfile.NetworkMode
    /// What happens to a system call that nothing allows.
    package var defaultAction: SandboxProfile.SystemCalls.Action
    /// Names and group names. Sorted, unique. What `deny` covers stays denied.
    package var allow: [String]
    package var deny: [String]
    package var rules: [SandboxProfile.SystemCalls.Rule]
    /// What the filter refuses is reported with the call.
    package var reportsRefusals: Bool
    /// Names of environment variables that are copied from the host. Sorted, unique.
    package var pass: [String]
    /// Environment variables with their values, sorted by name.
    package var set: [(String, String)]
    package var limits: Limits
    /// Which profile each line comes from, for `sandbox show`.
    package var origins: [Origin]
    /// What digests of the profile are taken of: every member above but the origins, in a fixed order.
    package var digestSource: JSON

    /// Limits of every call, all of them set.
    package struct Limits: Hashable, Sendable {
        /// Memory of all processes together where there is a cgroup; elsewhere the address space of each (RLIMIT_AS).
        package var memory: ByteCount
        package var processes: Int
        /// Processor time of each process.
        package var cpu: Duration
        /// Open descriptors of each process.
        package var files: Int
        /// The largest file that a process may write.
        package var fileSize: ByteCount
        /// Connections to one destination at once; nil for the default, as in the two below.
        package var connections: Int?
        /// Bytes to and from one destination, together.
        package var traffic: ByteCount?
        /// How long one connection may last.
        package var connectionTime: Duration?

        /// What holds, where nothing is set too.
        package var mostConnections: Int { connections ?? 64 }
        package var mostTraffic: ByteCount { traffic ?? ByteCount(1 << 30) }
        package var longestConnection: Duration { connectionTime ?? .seconds(600) }

        package init(memory: ByteCount, processes: Int, cpu: Duration, files: Int, fileSize: ByteCount) {
            self.memory = memory
            self.processes = processes
            self.cpu = cpu
            self.files = files
            self.fileSize = fileSize
        }
    }

    /// Where one line of the profile was written.
    package struct Origin: Hashable, Sendable {
        /// The key: `filesystem.read`, `limits.memory`.
        package var key: String
        /// The line's value as written, `/usr` or `256MiB`.
        package var line: String
        package var profile: ProfileName
    }
}

extension ResolvedProfile {
    /// True if programs can make sockets that reach as far as the view's own loopback.
    package var allowsInternetSockets: Bool {
        rules.contains { rule in
            rule.syscall == "socket" && rule.action == .allow && !rule.isAlternative
                && rule.conditions.contains { $0.argument == 0 && $0.mayReachInternet }
        }
            || rules.contains { $0.syscall == "socket" && $0.action == .allow && $0.isAlternative }
    }
}

extension SandboxProfile.SystemCalls.Condition {
    /// Anything but a plain list of other families may: a loopback too many costs little.
    fileprivate var mayReachInternet: Bool {
        guard case .in(let values) = test, mask == nil else { return true }
        return !values.allSatisfy { $0.hasPrefix("AF_") && $0 != "AF_INET" && $0 != "AF_INET6" }
    }
}
