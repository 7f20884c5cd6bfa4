import CSandbox
import Glibc
import LinuxIO
import MCP
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

        /// An MCP server over HTTP stands on the agent's own loopback.
        package var servesHTTP: Bool

        package init(
            profile: String, readable: [String], environment: [(String, String)], servesHTTP: Bool = false
        ) {
            self.profile = profile
            self.readable = readable
            self.environment = environment
            self.servesHTTP = servesHTTP
        }
    }

    /// Where agentbox stands inside; first on the agent's PATH.
    static let programFolder = "/run/agentbox/bin"
    private static let program = "agentbox"
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

    /// The specification of the agent's process, but for its standard streams.
    func specification(of command: [String]) throws -> ConfinedSpecification {
        let found = try program(of: command)
        let (executable, words) = options.servesHTTP ? try edge(before: command) : found
        var box = ConfinedSpecification(
            profile: profile, identity: .make(), executable: executable, arguments: words)
        box.workspace = profile.workspace == .none ? nil : run.workspace
        box.home = Self.home
        box.directory = box.workspace == nil ? Self.home : nil
        box.refusesTCP = false
        box.binds = [
            .init(
                try Descriptor.open(run.directory.socket, Int32(CS_O_PATH.rawValue)).shared(),
                at: RegistrySocket.viewPath),
            .init(
                try Descriptor.open(run.installation.executable, Int32(CS_O_PATH.rawValue)).shared(),
                at: Self.programFolder + "/agentbox", isExecutable: true),
        ]
        if options.servesHTTP {
            box.binds.append(
                .init(
                    try Descriptor.open(edgePath, Int32(CS_O_PATH.rawValue)).shared(), at: Self.edgeViewPath,
                    isExecutable: true))
        }
        box.readable = shown
        let path = "\(Self.programFolder):/usr/local/bin:/usr/bin:/bin"
        box.environment =
            [("PATH", path), ("HOME", Self.home), ("USER", "agent"), ("LOGNAME", "agent"), ("SHELL", "/bin/sh")]
            + options.environment + [(RegistrySocket.variable, RegistrySocket.viewPath)]
        return box
    }

    /// What the command names, as it is found inside: agentbox itself is first on the PATH there, wherever it is here.
    private func program(of command: [String]) throws -> (VerifiedExecutable, [String]) {
        guard command.first == Self.program else {
            return try AgentProgram.find(command, beneath: profile.exec + shown)
        }
        let file = try Descriptor.open(run.installation.executable, O_RDONLY)
        return (VerifiedExecutable(file.shared(), name: Self.program), Array(command.dropFirst()))
    }

    /// Inside the box the edge makes its socket, starts its other self, and becomes the agent: it needs no right that
    /// the agent has not. A script's interpreter is found there by the script's first line.
    private func edge(before command: [String]) throws -> (VerifiedExecutable, [String]) {
        let edge = VerifiedExecutable(try Descriptor.open(edgePath, O_RDONLY).shared(), name: Self.edgeViewPath)
        let name = command.first ?? ""
        let path = name == Self.program ? Self.programFolder + "/" + name : try AgentProgram.locate(name)
        return (edge, ["run", path] + command)
    }

    private var edgePath: String { run.installation.programs + "/" + MCPHTTP.program }
    private static let edgeViewPath = programFolder + "/" + MCPHTTP.program

    private static func realPath(of folder: String) throws -> String {
        guard let resolved = realpath(folder, nil) else {
            throw AgentBoxError("--read: `\(folder)`: \(String(cString: strerror(errno)).lowercased())")
        }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
