import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox
import TestSupport

/// What a call costs, cold and from a template, against a bare `posix_spawn` of the same program and against other
/// sandboxes, each with its output captured, in turns.
struct CallBenchmark {
    /// One line and how it is measured.
    struct Subject {
        var row: CallRow
        /// In every how many rounds: the slow ones need fewer.
        var every = 1
        /// It may be that this host does not let it work.
        var mayFail = false
        var run: () async throws -> Void
    }

    private let cold: TrueCall
    private let warm: TrueCall
    private let writing: ResolvedProfile
    private let folder: TemporaryFolder
    private let filter: [UInt8]
    private let filterMemory: SharedDescriptor
    private let places: [WritingPlace]

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
        // Not `/tmp`, which is memory on many hosts.
        places = [try WritingPlace("the disk", in: "/var/tmp"), try WritingPlace("tmpfs", in: "/dev/shm")]
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
                } catch  where subjects[index].mayFail {
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

    /// Of what a call wrote to its layer, published when it has ended. On the disk, and where a flush costs nothing: so
    /// what agentbox does is seen apart from what the disk takes. A bare program does not flush: there is a line with
    /// that, for what it alone costs here.
    private func writes() throws -> [Subject] {
        var subjects: [Subject] = []
        for place in places {
            subjects += try place.writes(writing, warm.launcher, base: calls().count + subjects.count)
        }
        return subjects
    }

    private func peers() throws -> [Subject] {
        try PeerSandbox.all(folder, filter: filter, profile: warm.profile).filter(\.isInstalled).map { peer in
            let program = peer.program([TrueCall.program], filter: filterMemory)
            let isFast = peer.executable == "bwrap"
            return Subject(
                row: CallRow(name: peer.name, note: peer.note), every: isFast ? 2 : 6, mayFail: true,
                run: { try program.run() })
        }
    }

    private var missing: [CallRow] {
        get throws {
            try PeerSandbox.all(folder, filter: filter, profile: warm.profile).filter { !$0.isInstalled }
                .map { CallRow(name: $0.name, note: "not installed") }
        }
    }

    // MARK: - Parts

    static func memory(_ bytes: [UInt8]) throws -> SharedDescriptor {
        let raw = bytes.withUnsafeBytes { cs_memfd_sealed("bench", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SystemError.last("memfd_create") }
        return Descriptor(owning: raw).shared()
    }
}
