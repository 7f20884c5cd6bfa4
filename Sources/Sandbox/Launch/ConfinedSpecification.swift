import CSandbox
import Hosts
import LinuxIO
import Manifests

/// A box and the one program that is started in it: beneath both a tool's call and the agent.
package struct ConfinedSpecification: Sendable {
    /// Something of the host beside what the profile shows.
    package struct Bind: Sendable {
        package let source: SharedDescriptor
        /// Absolute, as it is called inside.
        package let target: String
        package let isExecutable: Bool

        /// A file, folder or socket, opened with O_PATH. It is never writable; a socket can be connected to.
        package init(_ source: SharedDescriptor, at target: String, isExecutable: Bool = false) {
            self.source = source
            self.target = target
            self.isExecutable = isExecutable
        }
    }

    package var profile: ResolvedProfile
    package var identity: CallIdentity
    package var workspace: WorkspaceRoot?
    package var grants: [ResolvedGrant] = []
    package var layer: LayerMount?
    package var executable: VerifiedExecutable
    package var arguments: [String]
    package var environment: [(String, String)] = []
    package var memory: ByteCount?
    package var binds: [Bind] = []
    /// Folders and files of the host that the person shows, by their names there; programs in them may be executed. They
    /// are held to what a profile's `filesystem.read` is held to.
    package var readable: [String] = []
    /// A private home, as large as `/tmp`; nil makes `/tmp` the home.
    package var home: String?
    /// In the view; nil is the workspace where there is one, else `/tmp`.
    package var directory: String?
    /// `input` is a terminal that was made for it, and becomes the controlling terminal of its session.
    package var hasTerminal = false
    /// What is this box's alone, and on no disk.
    package var files = CallFiles()
    /// False lets the processes inside talk over their own loopback.
    package var refusesTCP = true
    /// TCP ports of its own loopback that it may listen at, where `refusesTCP` is false; nil is all of them.
    package var listens: [LoopbackPort]?
    /// What it may connect to, through sockets that are handed over as it starts.
    package var destinations: CallDestinations?
    /// The host's network in place of one of its own. For agentbox's own broker: no manifest can ask for it.
    package var sharesHostNetwork = false
    /// What is heard of the program's system calls.
    var listening = Listening.nothing
    /// What its Landlock domain is called in the kernel's audit; nil says nothing there.
    var auditName: String?
    /// Output and errors end when the program has, whatever it does with them itself.
    var holdsStreams = false
    package var input: SharedDescriptor?
    package var output: SharedDescriptor?
    package var errorOutput: SharedDescriptor?

    package init(
        profile: ResolvedProfile, identity: CallIdentity, executable: VerifiedExecutable, arguments: [String]
    ) {
        self.profile = profile
        self.identity = identity
        self.executable = executable
        self.arguments = arguments
    }
}
