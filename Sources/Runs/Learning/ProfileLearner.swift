import Diagnostics
import Glibc
import LinuxIO
import Manifests
import Sandbox
import Store

/// Learns what a command needs: watches it under a profile that lets it do what it likes to itself, writes down the
/// narrowest profile under which that can happen again, and tries it.
package struct ProfileLearner: Sendable {
    /// What came of it.
    package struct Result: Sendable {
        package let profile: LearnedProfile
        /// Against the profile that there is.
        package let difference: LearnedDifference
        /// How the command ended while it was watched.
        package let watched: CallReport
        /// How it ended under the learned profile; nil if it was not tried.
        package let tried: CallReport
        /// What it was refused under the learned profile only.
        package var refusals: [Violation] {
            tried.violations.filter { violation in
                !watched.violations.contains {
                    $0.operation == violation.operation && $0.arguments == violation.arguments
                }
            }
        }
        /// True if the command ended alike and was refused no more.
        package var holds: Bool { tried.end == watched.end && refusals.isEmpty }
        /// True if it used more files than could be listed: what it needs of them is not all known.
        package var isIncomplete: Bool { watched.unreported.contains(.seccomp) }
    }

    /// How far it is.
    package enum Progress: Sendable {
        case watching
        case trying(ByteCount)
    }

    private let name: ProfileName
    private let current: ResolvedProfile
    private let wide: ResolvedProfile
    private let program: WatchedProgram

    /// Address spaces that are tried, from the smallest.
    private static let memories = (6...16).map { ByteCount(1 << ($0 + 20)) }

    /// Blocking.
    ///
    /// - Parameters:
    ///   - name: Of the profile to be.
    ///   - current: The profile that the learned one is compared with.
    package init(_ command: [String], named name: String, current: String, workspace: String, sandboxes: [String])
        throws
    {
        guard let name = ProfileName(name) else {
            throw RunError("\(VisibleText.quoted(name)) is not a profile's name", remedy: "use a-z, 0-9 and `-`")
        }
        let profiles = try ProfileCatalog.load(
            directories: [try Installation.find().sandboxes] + sandboxes)
        guard let currentName = ProfileName(current) else {
            throw RunError(
                "\(VisibleText.quoted(current)) is not a profile's name", remedy: "see `agentbox sandbox list`")
        }
        self.name = name
        self.current = try profiles.resolve(currentName)
        var wide = ResolvedProfile.learning(like: self.current)
        wide.grants = [.read, .readUnder, .write, .create, .writeUnder]
        self.wide = wide
        program = try WatchedProgram(command, in: workspace, widest: wide)
    }

    package func run(_ progress: (Progress) -> Void) async throws -> Result {
        progress(.watching)
        let watched = try await program.run(under: wide, isTraced: true)
        guard !watched.unreported.contains(.seccomp) || !watched.trace.isEmpty else {
            throw RunError(
                "nothing was heard of the command: it was killed, or somebody else listens to agentbox's system calls",
                remedy: "give it less to do, or run agentbox outside of that sandbox")
        }
        var needs = LearnedNeeds()
        needs.add(watched.trace)
        Self.addInterpreters(to: &needs)
        let source = program.command.joined(separator: " ")
        func learned(_ memory: ByteCount) -> LearnedProfile {
            LearnedProfile(named: name, from: needs, source: source, resources: watched.resources, memory: memory)
        }
        // The largest first: if the command cannot run there, memory is not the reason.
        var best = learned(Self.memories[Self.memories.count - 1])
        progress(.trying(best.memory))
        var tried = try await attempt(best)
        if tried.end == watched.end {
            var low = 0
            var high = Self.memories.count - 1
            while low < high {
                let middle = (low + high) / 2
                let candidate = learned(Self.memories[middle])
                progress(.trying(candidate.memory))
                let report = try await attempt(candidate)
                if report.end == watched.end && report.violations == tried.violations {
                    high = middle
                } else {
                    low = middle + 1
                }
            }
            // Twice what sufficed once: the next input is larger.
            best = learned(Self.memories[min(high + 1, Self.memories.count - 1)])
            progress(.trying(best.memory))
            tried = try await attempt(best)
        }
        return Result(
            profile: best, difference: try LearnedDifference(of: best, from: current), watched: watched, tried: tried)
    }

    /// Runs the command under the text that will be written, read back as anybody would.
    private func attempt(_ learned: LearnedProfile) async throws -> CallReport {
        let profile = try SandboxProfile.load(Array(learned.yaml.utf8), file: "the learned profile")
        let resolved = try ProfileResolver.resolve(profile.name, in: [profile.name: profile])
        return try await program.run(under: resolved, isTraced: false)
    }

    /// The kernel starts a script's interpreter by itself.
    private static func addInterpreters(to needs: inout LearnedNeeds) {
        for access in needs.files.keys where access.use == .execute && access.isFound {
            guard let file = try? Descriptor.open(access.path, O_RDONLY),
                let script = try? Shebang(of: file)
            else { continue }
            needs.addExecution(of: script.interpreter, by: access.path)
        }
    }
}
