import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import Store

/// The box that an agent runs in: the `agent` profile, the registry's socket, agentbox itself to call it with, and what
/// the person showed it besides.
package struct AgentBox: Sendable {
    /// What the person chose about the box.
    package struct Options: Sendable {
        /// The profile's name.
        package var profile: String
        /// Folders of the host that the agent may read and execute from.
        package var readable: [String]
        /// Beside what the profile passes and sets.
        package var environment: [(String, String)]

        package init(profile: String, readable: [String], environment: [(String, String)]) {
            self.profile = profile
            self.readable = readable
            self.environment = environment
        }
    }

    /// Where agentbox stands inside; first on the agent's PATH.
    static let programFolder = "/run/agentbox/bin"
    static let home = "/home/agent"

    let run: TaskRun
    let profile: ResolvedProfile
    let options: Options
    /// The real paths of what the person shows the agent.
    private let shown: [String]

    init(_ run: TaskRun, _ options: Options) throws {
        guard let name = ProfileName(options.profile) else {
            throw AgentBoxError("`\(options.profile)` is not a profile's name", remedy: "see `agentbox sandbox list`")
        }
        self.run = run
        self.options = options
        profile = try run.manifests.profiles.resolve(name)
        shown = try options.readable.map { folder throws in try Self.realPath(of: folder) }
    }

    /// True if the agent can read the workspace, or a part of it, without a tool.
    var seesWorkspace: Bool {
        guard let workspace = run.workspace else { return false }
        return profile.workspace != .none || shown.contains { Self.overlap($0, workspace.path) }
    }

    private static func overlap(_ left: String, _ right: String) -> Bool {
        let left = left.hasSuffix("/") ? left : left + "/"
        let right = right.hasSuffix("/") ? right : right + "/"
        return left.hasPrefix(right) || right.hasPrefix(left)
    }

    /// The specification of the agent's process.
    func specification(of command: [String]) throws -> ConfinedSpecification {
        let (executable, words) = try AgentProgram.find(command, beneath: profile.exec + shown)
        var box = ConfinedSpecification(
            profile: profile, identity: .make(), executable: executable, arguments: words)
        box.workspace = profile.workspace == .none ? nil : run.workspace
        box.home = Self.home
        box.directory = box.workspace == nil ? Self.home : nil
        box.refusesTCP = false
        // The terminal, or whatever the person gave agentbox in its place.
        box.input = try Self.inherited(STDIN_FILENO)
        box.output = try Self.inherited(STDOUT_FILENO)
        box.errorOutput = try Self.inherited(STDERR_FILENO)
        box.binds = [
            .init(
                try Descriptor.open(run.directory.socket, Int32(CS_O_PATH.rawValue)).shared(),
                at: RegistrySocket.viewPath),
            .init(
                try Descriptor.open(run.installation.executable, Int32(CS_O_PATH.rawValue)).shared(),
                at: Self.programFolder + "/agentbox", isExecutable: true),
        ]
        for folder in shown {
            box.binds.append(
                .init(try Descriptor.open(folder, Int32(CS_O_PATH.rawValue)).shared(), at: folder, isExecutable: true))
        }
        let path = "\(Self.programFolder):/usr/local/bin:/usr/bin:/bin"
        box.environment =
            [("PATH", path), ("HOME", Self.home), ("USER", "agent"), ("LOGNAME", "agent"), ("SHELL", "/bin/sh")]
            + options.environment + [(RegistrySocket.variable, RegistrySocket.viewPath)]
        return box
    }

    private static func inherited(_ number: Int32) throws(SystemError) -> SharedDescriptor {
        Descriptor(owning: try retrying("fcntl(F_DUPFD_CLOEXEC)") { fcntl(number, F_DUPFD_CLOEXEC, 3) }).shared()
    }

    private static func realPath(of folder: String) throws -> String {
        guard let resolved = realpath(folder, nil) else {
            throw AgentBoxError("--read: `\(folder)`: \(String(cString: strerror(errno)).lowercased())")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
