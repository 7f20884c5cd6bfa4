import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import TestSupport

/// A workspace and a run on one file system, and programs that write 1 KiB there.
final class WritingPlace {
    private static let writer = "/usr/bin/tee"
    /// What is as it was is not published: each call writes something else.
    private static func text(_ number: Int) -> [UInt8] {
        let number = Array(String(number).utf8)
        return number + [UInt8](repeating: UInt8(ascii: "x"), count: 1024 - number.count)
    }

    private let name: String
    private let folder: TemporaryFolder
    private let path: String
    private let workspace: WorkspaceRoot
    private let layers: RunLayers
    private let executable: SharedDescriptor
    private let input: SharedDescriptor
    private let written = Locked(0)

    init(_ name: String, in parent: String) throws {
        self.name = name
        folder = try TemporaryFolder(in: parent)
        path = try folder.folder("workspace")
        try folder.folder("workspace/out")
        workspace = try WorkspaceRoot(path, home: try folder.folder("home"))
        layers = try RunLayers(runDirectory: try folder.folder("home/run", mode: 0o700), workspace: workspace)
        executable = try Descriptor.open(Self.writer, Int32(CS_O_PATH.rawValue)).shared()
        input = try CallBenchmark.memory(Self.text(0))
    }

    /// - Parameter base: The number of the first line.
    func writes(_ profile: ResolvedProfile, _ launcher: Launcher, base: Int) throws -> [CallBenchmark.Subject] {
        let bare = SpawnedProgram([Self.writer, path + "/out/bare"], input: input)
        func row(_ text: String, _ note: String = "", goal: Double? = nil) -> CallRow {
            CallRow(name: "\(text), \(name)", note: note, base: base, goal: goal)
        }
        return [
            CallBenchmark.Subject(row: row("bare, writing 1 KiB"), run: { try bare.run() }),
            CallBenchmark.Subject(row: row("the same, synced"), run: { try self.runSynced(bare) }),
            CallBenchmark.Subject(
                row: row("agentbox, warm, not writing"), run: { try await self.call(profile, launcher, [], nil, "") }),
            CallBenchmark.Subject(
                row: row("agentbox, warm, file published", "a copy", goal: 1.8),
                run: { try await self.publish(profile, launcher, .write, "out/copy", "out/copy") }),
            CallBenchmark.Subject(
                row: row("agentbox, warm, layer published", "an overlay", goal: 1.8), mayFail: true,
                run: { try await self.publish(profile, launcher, .writeUnder, "out", "out/overlay") }),
        ]
    }

    private func runSynced(_ program: SpawnedProgram) throws {
        try program.run()
        for path in [path + "/out/bare", path + "/out"] { try Descriptor.open(path, O_RDONLY).synchronize() }
    }

    private func publish(
        _ profile: ResolvedProfile, _ launcher: Launcher, _ word: GrantWord, _ granted: String, _ file: String
    ) async throws {
        let grants = [
            ResolvedGrant(word: word, path: try workspace.resolve(granted, for: word), program: nil, gitPart: nil)
        ]
        let identity = CallIdentity.make()
        let layer = try await layers.prepare(
            for: grants, profile: profile, owner: LayerOwner(user: identity.hostUser, group: identity.hostGroup))
        guard let layer else { preconditionFailure("a call that writes has a layer") }
        try await call(profile, launcher, grants, layer, file, identity)
        let outcome = await layer.publish(as: ChangeOrigin(tool: "bench", call: "1"))
        guard case .published(_?) = outcome else {
            throw SystemError(call: "publish: \(outcome)", errno: EINVAL, subject: file)
        }
    }

    private func call(
        _ profile: ResolvedProfile, _ launcher: Launcher, _ grants: [ResolvedGrant], _ layer: WriteLayer?,
        _ file: String, _ identity: CallIdentity = .make()
    ) async throws {
        let number = written.withLock { number in
            number += 1
            return number
        }
        var call = CallSpecification(
            profile: profile, identity: identity, executable: VerifiedExecutable(executable, name: "tee"),
            arguments: file.isEmpty ? [] : [file], time: .seconds(10), output: ByteCount(1 << 20))
        call.input = Self.text(number)
        call.workspace = workspace
        call.grants = grants
        call.layer = layer?.mount
        try await TrueCall.run(call, launcher)
    }
}
