/// What each layer needs, what is lost without it, and who has it: one source for `agentbox doctor` and for the page
/// *Tiers* of the documentation, whose table a test compares with this one.
package enum TierTable {
    /// Who has a feature as a rule. What this host has, `HostCapabilities` finds out by trying.
    package enum Availability: String, Sendable {
        case yes, no
        /// Only root needs it.
        case unneeded = "not needed"
        /// Where a controller was delegated.
        case delegated = "where delegated"
        /// Where whoever runs the host switched it on.
        case switchedOn = "where it is on"
    }

    /// One line of the table.
    package struct Row: Sendable {
        package let name: String
        /// The kernel that brought it.
        package let since: String
        /// What is lost where it is missing.
        package let lost: String
        /// How to get it.
        package let remedy: String
        package let ordinaryUser: Availability
        package let root: Availability
        /// In a container of Docker's with default options: no user namespaces, Docker's filter and AppArmor profile.
        package let container: Availability
    }

    package static let rows: [Row] =
        [
            namespaces, overlay, mappedMounts, seccomp,
        ] + landlock + [audit, controlGroups]

    static let namespaces = Row(
        name: "namespaces", since: "5.9", lost: "every call is refused: nothing hides the host from it",
        remedy: "allow user namespaces: `sysctl kernel.unprivileged_userns_clone=1`, "
            + "`sysctl user.max_user_namespaces=10000`, and `sysctl kernel.apparmor_restrict_unprivileged_userns=0` "
            + "where AppArmor guards them; in Docker `--security-opt seccomp=unconfined --security-opt "
            + "apparmor=unconfined --security-opt systempaths=unconfined`",
        ordinaryUser: .yes, root: .yes, container: .no)

    static let overlay = Row(
        name: "write layers (overlay)", since: "5.11",
        lost: "calls that write beneath folders are refused; single files are still written",
        remedy: "boot Linux 5.11 or later with CONFIG_OVERLAY_FS, and keep `$AGENTBOX_HOME` on ext4, xfs or btrfs",
        ordinaryUser: .yes, root: .yes, container: .no)

    static let mappedMounts = Row(
        name: "idmapped mounts", since: "5.12",
        lost: "as root, calls are refused: they would reach the workspace as root or not at all",
        remedy: "start agentbox as the owner of the workspace, not as root", ordinaryUser: .unneeded, root: .yes,
        container: .no)

    static let seccomp = Row(
        name: "seccomp", since: "4.14", lost: "every call is refused: the whole kernel would be in reach",
        remedy: "boot a kernel with CONFIG_SECCOMP_FILTER, and run where no outer filter refuses `seccomp`",
        ordinaryUser: .yes, root: .yes, container: .yes)

    /// By ABI, from 1.
    static let landlock: [Row] = [
        landlock(1, "5.13", "files", "every call is refused: its grant could not be held"),
        landlock(2, "5.19", "moving between folders", "nothing: a move between folders is refused for everybody"),
        landlock(3, "6.2", "truncation", "a file that is visible and not granted is kept by the read-only view alone"),
        landlock(
            4, "6.7", "TCP",
            "the network namespace alone keeps a call from connecting, and calls with `listen` grants are refused"),
        landlock(5, "6.10", "requests to devices", "the filter alone decides about `ioctl` on devices"),
        landlock(6, "6.12", "abstract sockets and signals", "namespaces alone keep calls apart"),
        landlock(7, "6.15", "audit of refusals", "the kernel's audit says nothing of what Landlock refused"),
    ]

    private static func landlock(_ abi: Int, _ since: String, _ what: String, _ lost: String) -> Row {
        Row(
            name: "landlock \(abi): \(what)", since: since, lost: lost,
            remedy: abi == 1
                ? "boot a kernel with CONFIG_SECURITY_LANDLOCK (Linux 5.13 or later) and `lsm=landlock,…`"
                : "boot Linux \(since) or later",
            ordinaryUser: .yes, root: .yes, container: .yes)
    }

    static let audit = Row(
        name: "audit", since: "6.15",
        lost: "of what Landlock refused a call only `sandbox explain --rerun` tells: the outcome says `unreported`",
        remedy: "\(AuditAbsence.switchOn), and start agentbox as root or with " + AuditAbsence.capabilities,
        ordinaryUser: .no, root: .switchedOn, container: .no)

    static let controlGroups = Row(
        name: "cgroup", since: "4.5",
        lost: "`limits.memory` binds each process of a call by itself, and the outcome says so",
        remedy: "start agentbox in a group of its own: `systemd-run --user --scope -p Delegate=yes agentbox …`",
        ordinaryUser: .delegated, root: .yes, container: .no)

    /// The table as the documentation has it, a line each.
    package static var markdown: [String] {
        let head = ["layer", "Linux", "without it", "ordinary user", "root", "Docker's defaults"]
        let lines = rows.map { row in
            [
                row.name, row.since, row.lost, row.ordinaryUser.rawValue, row.root.rawValue, row.container.rawValue,
            ]
        }
        return ([head, head.map { _ in "---" }] + lines).map { "| \($0.joined(separator: " | ")) |" }
    }
}
