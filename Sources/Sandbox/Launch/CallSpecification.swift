import LinuxIO
import Manifests

/// All that one call is, once it was decided: the profile that it starts from, and the grants cut to its arguments.
package struct CallSpecification: Sendable {
    package var profile: ResolvedProfile
    package var identity: CallIdentity
    package var workspace: WorkspaceRoot?
    package var grants: [ResolvedGrant] = []
    /// Stands in place of the workspace, writable. Needed for every grant that writes.
    package var layer: LayerMount?
    package var executable: VerifiedExecutable
    /// Behind the executable's own words.
    package var arguments: [String]
    /// Beside what the profile passes and sets; wins over both.
    package var environment: [(String, String)] = []
    /// Standard input.
    package var input: [UInt8] = []
    /// Wall clock, from the moment the call is handed to the sandbox.
    package var time: Duration
    /// The tool's limit; the profile's holds if it is smaller.
    package var memory: ByteCount?
    /// Of standard output; what is longer ends the call.
    package var output: ByteCount
    /// The tool's files, read-only at `VerifiedExecutable.toolFolder`.
    package var toolFolder: SharedDescriptor?
    /// What is this call's alone, and on no disk.
    package var files = CallFiles()
    /// Sockets of the host that the call may connect to.
    package var sockets: [ConfinedSpecification.Bind] = []
    /// What the call may connect to.
    package var destinations: CallDestinations?
    /// Takes the sockets on which the call reaches them, in their order, as it starts. If it throws the call ends.
    package var onListening: (@Sendable ([SharedDescriptor]) async throws -> Void)?
    /// Every system call is heard of, which makes each a hundred times slower: to learn what a program needs, and to
    /// find out what it was refused.
    package var isTraced = false

    package init(
        profile: ResolvedProfile, identity: CallIdentity, executable: VerifiedExecutable, arguments: [String],
        time: Duration, output: ByteCount
    ) {
        self.profile = profile
        self.identity = identity
        self.executable = executable
        self.arguments = arguments
        self.time = time
        self.output = output
    }
}
