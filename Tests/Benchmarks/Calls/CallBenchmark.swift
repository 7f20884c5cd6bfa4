import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import TestSupport

/// What a call costs, cold and from a template, against a bare `posix_spawn` of the same program and against other
/// sandboxes, each with its output captured, in turns.
struct CallBenchmark {
    private static let writer = "/usr/bin/tee"
    /// What is as it was is not published: each call writes something else.
    private static func text(_ number: Int) -> [UInt8] {
        let number = Array(String(number).utf8)
        return number + [UInt8](repeating: UInt8(ascii: "x"), count: 1024 - number.count)
    }

    /// One line and how it is measured.
    private struct Subject {
        var row: CallRow
        /// In every how many rounds: the slow ones need fewer.
        var every = 1
        var run: () async throws -> Void
    }

    private let cold: TrueCall
    private let warm: TrueCall
    private let writing: ResolvedProfile
    private let folder: TemporaryFolder
    private let filter: [UInt8]
    private let filterMemory: SharedDescriptor
    private let input: SharedDescriptor

    /// - Parameters:
    ///   - initPath: The `agentbox-init` to measure.
    ///   - sandboxes: The folder of the bundled profiles.
    init(initPath: String, sandboxes: String) throws {
        cold = try TrueCall(initPath: initPath, sandboxes: sandboxes, isWarm: false)
        warm = try TrueCall(initPath: initPath, sandboxes: sandboxes, isWarm: true)
        writing = try TrueCall.profile("workspace-write", in: sandboxes)
        folder = try TemporaryFolder()
        filter = try FilterCache(folder: nil).instructions(for: warm.profile)
        filterMemory = try Self.memory(filter)
        input = try Self.memory(Self.text(0))
    }

    /// The table that `make bench` prints.
    func report(rounds: Int = 240) async throws -> String {
        var subjects = try calls() + writes() + peers()
        for round in -10..<rounds {
            for index in subjects.indices {
                if round > 0, round % subjects[index].every != 0 { continue }
                settle()
                let start = ContinuousClock.now
                do {
                    try await subjects[index].run()
                } catch  where subjects[index].every > 1 {
                    // A peer that this host does not let work is no reason to measure nothing.
                    subjects[index].row.note = "does not run here: \(error)"
                    subjects[index].every = .max
                    continue
                }
                if round >= 0 { subjects[index].row.times.append(microseconds(since: start)) }
            }
        }
        var rows = subjects.map(\.row)
        rows += try missing
        for index in rows.indices { rows[index].times.sort() }
        return ([rows.table("a call of /bin/true")] + Self.comparisons(rows)).joined(separator: "\n")
    }

    private static func comparisons(_ rows: [CallRow]) -> [String] {
        var lines: [String] = []
        for (name, goal) in [("agentbox, cold", 0.5), ("agentbox, warm", 0.2)] {
            guard let ours = rows.first(where: { $0.name == name }) else { continue }
            for peer in rows where peer.name.hasPrefix("bubblewrap") && !peer.times.isEmpty {
                let ratio = ours.median / peer.median
                lines.append("\(name) / \(peer.name): \(decimal(ratio))  " + verdict(ratio, goal: goal))
            }
        }
        return lines
    }

    // MARK: - What is measured

    private func calls() throws -> [Subject] {
        let bare = SpawnedProgram([TrueCall.program])
        let (cold, warm) = (cold, warm)
        let note = ControlGroups.isAvailable ? "in a control group" : "no control groups here"
        return [
            Subject(row: CallRow(name: "bare posix_spawn"), run: { try bare.run() }),
            Subject(row: CallRow(name: "agentbox, cold", note: note, goal: 4), run: { try await cold.run() }),
            Subject(row: CallRow(name: "agentbox, warm", note: note, goal: 1.4), run: { try await warm.run() }),
        ]
    }

    /// Of what a call wrote to its layer, published when it has ended; both publish to the disk (`fdatasync`, and the
    /// folder's), which a bare program does not: there is a line with that, for what it alone costs here.
    private func writes() throws -> [Subject] {
        let path = try folder.folder("workspace")
        try folder.folder("workspace/out")
        let workspace = try WorkspaceRoot(path, home: try folder.folder("home"))
        let layers = try RunLayers(runDirectory: try folder.folder("home/run", mode: 0o700), workspace: workspace)
        let executable = try Descriptor.open(Self.writer, Int32(CS_O_PATH.rawValue)).shared()
        let (writing, launcher) = (writing, warm.launcher)
        let bare = SpawnedProgram([Self.writer, path + "/out/bare"], input: input)
        let written = Locked(0)
        func write(_ word: GrantWord, _ granted: String, _ file: String) -> () async throws -> Void {
            {
                let number = written.withLock { number in
                    number += 1
                    return number
                }
                let grants = [
                    ResolvedGrant(
                        word: word, path: try workspace.resolve(granted, for: word), program: nil, gitPart: nil)
                ]
                let identity = CallIdentity.make()
                let layer = try await layers.prepare(
                    for: grants, profile: writing,
                    owner: LayerOwner(user: identity.hostUser, group: identity.hostGroup))
                guard let layer else { preconditionFailure("a call that writes has a layer") }
                var call = CallSpecification(
                    profile: writing, identity: identity, executable: VerifiedExecutable(executable, name: "tee"),
                    arguments: [file], time: .seconds(10), output: ByteCount(1 << 20))
                call.input = Self.text(number)
                call.workspace = workspace
                call.grants = grants
                call.layer = layer.mount
                try await TrueCall.run(call, launcher)
                let outcome = await layer.publish(as: ChangeOrigin(tool: "bench", call: "1"))
                guard case .published(_?) = outcome else {
                    throw SystemError(call: "publish: \(outcome)", errno: EINVAL, subject: file)
                }
            }
        }
        let base = try calls().count
        return [
            Subject(row: CallRow(name: "bare, writing 1 KiB", base: base), run: { try bare.run() }),
            Subject(
                row: CallRow(name: "bare, writing 1 KiB, synced", base: base),
                run: {
                    try bare.run()
                    for path in [path + "/out/bare", path + "/out"] {
                        try Descriptor.open(path, O_RDONLY).synchronize()
                    }
                }),
            Subject(
                row: CallRow(name: "agentbox, warm, layer published", note: "an overlay", base: base, goal: 1.8),
                run: write(.writeUnder, "out", "out/overlay")),
            Subject(
                row: CallRow(name: "agentbox, warm, file published", note: "a copy", base: base, goal: 1.8),
                run: write(.write, "out/copy", "out/copy")),
        ]
    }

    private func peers() throws -> [Subject] {
        try PeerSandbox.all(folder, filter: filter, profile: warm.profile).filter(\.isInstalled).map { peer in
            let program = peer.program([TrueCall.program], filter: filterMemory)
            let isFast = peer.executable == "bwrap"
            return Subject(
                row: CallRow(name: peer.name, note: peer.note), every: isFast ? 2 : 6, run: { try program.run() })
        }
    }

    private var missing: [CallRow] {
        get throws {
            try PeerSandbox.all(folder, filter: filter, profile: warm.profile).filter { !$0.isInstalled }
                .map { CallRow(name: $0.name, note: "not installed") }
        }
    }

    // MARK: - Parts

    private static func memory(_ bytes: [UInt8]) throws -> SharedDescriptor {
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("bench", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SystemError.last("memfd_create") }
        return Descriptor(owning: raw).shared()
    }
}
