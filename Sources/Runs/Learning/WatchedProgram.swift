import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import Store

/// Something that can be run in a box again and again, each time alike: what it writes is thrown away.
protocol Watched: Sendable {
    /// For people: `git status`.
    var source: String { get }
    /// The words of its grants; nil for what has none yet.
    var grants: Set<GrantWord>? { get }
    /// Runs it to its end, which may be that of several calls.
    func run(under profile: ResolvedProfile, isTraced: Bool) async throws -> [CallReport]
    /// Runs it once more, with `agentbox-observe` between: what that says is the reports' output.
    func observeEnvironment(by observer: SharedDescriptor, under profile: ResolvedProfile) async throws -> [CallReport]
}

/// A command, on a copy of the workspace.
struct WatchedProgram: Watched {
    let source: String
    let grants: Set<GrantWord>? = nil
    private let executable: VerifiedExecutable
    private let arguments: [String]
    private let workspace: WorkspaceRoot
    private let layers: RunLayers
    private let launcher: Launcher
    private let scratch: ScratchFolder

    /// It may take as long as a build.
    private static let time = Duration.seconds(600)
    private static let output = ByteCount(64 << 20)

    /// Blocking.
    ///
    /// - Parameters:
    ///   - workspace: What it sees as its working directory.
    ///   - profile: The widest that it will run under: its program must lie in what that may execute.
    init(_ command: [String], in workspace: String, widest profile: ResolvedProfile) throws {
        source = command.joined(separator: " ")
        scratch = try ScratchFolder()
        let state = scratch.path + "/state"
        try HostCommand.run(["/bin/mkdir", "-m", "0700", state])
        let root = try WorkspaceRoot(workspace, home: state)
        self.workspace = root
        let words: [String]
        (executable, words) = try AgentProgram.find(command, beneath: profile.exec + [root.path])
        // The folder has another name inside.
        arguments = words.map { word in
            word.hasPrefix(root.path + "/") ? WorkspaceRoot.viewPath + word.dropFirst(root.path.count) : word
        }
        layers = try RunLayers(runDirectory: state, workspace: self.workspace)
        launcher = Launcher(
            LaunchPermit(), initPath: try Installation.find().programs + "/agentbox-init",
            filters: try FilterCache(folder: nil),
            hidden: [scratch.path] + [Home.existingUsual].compactMap { $0 })
    }

    /// Runs it to its end.
    func run(under profile: ResolvedProfile, isTraced: Bool) async throws -> [CallReport] {
        try await run(under: profile) { $0.isTraced = isTraced }
    }

    func observeEnvironment(by observer: SharedDescriptor, under profile: ResolvedProfile) async throws -> [CallReport]
    {
        try await run(under: profile) { $0.observeEnvironment(by: observer) }
    }

    private func run(
        under profile: ResolvedProfile, _ edit: (inout CallSpecification) -> Void
    ) async throws -> [CallReport] {
        let identity = CallIdentity.make()
        var call = CallSpecification(
            profile: profile, identity: identity, executable: executable, arguments: arguments, time: Self.time,
            output: Self.output)
        call.workspace = workspace
        let mayWrite = profile.grants.contains(.writeUnder)
        let word = mayWrite ? GrantWord.writeUnder : .readUnder
        if profile.workspace != .none {
            let path = try workspace.resolve(".", for: word)
            call.grants = [ResolvedGrant(word: word, path: path, program: nil, gitPart: nil)]
        }
        let layer = try await layers.prepare(
            for: call.grants, profile: profile, owner: LayerOwner(user: identity.hostUser, group: identity.hostGroup))
        call.layer = layer?.mount
        edit(&call)
        do {
            let report = try await launcher.run(call)
            await layer?.discard()
            return [report]
        } catch {
            await layer?.discard()
            throw error
        }
    }
}
