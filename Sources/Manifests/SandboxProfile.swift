/// What every call of a tool starts from. `kind: Sandbox`.
///
/// A profile that `extends` another is merged by `ProfileResolver`; an unset member is inherited.
package struct SandboxProfile: Hashable, Sendable {
    package var name: ProfileName
    package var description: String
    package var extends: ProfileName?
    /// The layers that must hold, or the call is refused.
    package var isolation: [IsolationLayer]?
    /// The least ABI of Landlock with which calls run.
    package var landlockABI: Int?
    package var filesystem: Filesystem
    package var network: NetworkMode?
    package var syscalls: SystemCalls
    package var environment: Environment
    package var limits: ProfileLimits

    /// A layer of confinement.
    package enum IsolationLayer: String, Hashable, Sendable, CaseIterable {
        case namespaces, landlock, seccomp, cgroup
    }

    /// What the network is.
    package enum NetworkMode: String, Hashable, Sendable, CaseIterable {
        /// A loopback of its own and nothing else.
        case none
        /// What the call's grants name: `connect` leads out through the egress broker, `listen` opens a port of the
        /// loopback, and no other can be listened at.
        case granted
    }

    /// What the view holds, and which grants a tool may ask for: the ceiling.
    package struct Filesystem: Hashable, Sendable {
        /// Absolute paths of the host, readable in the view under the same names.
        package var read: [String]?
        /// Absolute paths beneath `read` whose files may be executed. The call's own executable always may.
        package var exec: [String]?
        /// Size of the private `/tmp`; nil inherits, zero gives none.
        package var tmp: ByteCount?
        /// What of the workspace is readable.
        package var workspace: Workspace?
        /// Whose names of the workspace a call sees.
        package var view: View?
        /// The grant words that a tool under this profile may use.
        package var grants: [GrantWord]?
    }

    /// How much of the workspace a call sees.
    package enum Workspace: String, Hashable, Sendable, CaseIterable {
        /// Nothing of it is in the view.
        case none
        /// What the call's grants name.
        case granted
        /// All of it, read-only.
        case all
    }

    /// Which names of the workspace are in a call's view.
    package enum View: String, Hashable, Sendable, CaseIterable {
        /// Those of the whole workspace, where the call reads or changes it in place: contents are the grants' matter,
        /// that a name exists is not hidden.
        case shared
        /// Those that the call's grants name, and what lies beneath a folder that one names. No others exist.
        case own
    }

    /// The system call filter: names and systemd's group names (`@basic-io`).
    package struct SystemCalls: Hashable, Sendable {
        package var defaultAction: Action?
        package var allow: [String]?
        package var deny: [String]?
        package var rules: [Rule]?
        /// False refuses in silence, which costs a refused call less.
        package var report: Bool?

        /// What happens to a call that nothing allows.
        package enum Action: String, Hashable, Sendable, CaseIterable {
            case eperm = "EPERM"
            case enosys = "ENOSYS"
            case kill
        }
    }

    /// The environment of the call.
    package struct Environment: Hashable, Sendable {
        /// Names that are copied from the host.
        package var pass: [String]?
        package var set: [String: String]?
    }

    /// Limits of every call under this profile.
    package struct ProfileLimits: Hashable, Sendable {
        package var memory: ByteCount?
        package var processes: Int?
        package var cpu: Duration?
        package var files: Int?
        package var fileSize: ByteCount?
        /// Connections to one destination at once.
        package var connections: Int?
        /// Bytes to and from one destination, together.
        package var traffic: ByteCount?
        /// How long one connection may last.
        package var connectionTime: Duration?
    }
}
