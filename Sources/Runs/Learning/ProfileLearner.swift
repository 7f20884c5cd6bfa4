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
        /// How it ended while it was watched, a call after the other.
        package let watched: [CallReport]
        /// How it ended under the learned profile.
        package let tried: [CallReport]

        /// What it read of its environment while it was watched.
        package let environment: EnvironmentReads

        /// What it was refused under the learned profile only.
        package var refusals: [Violation] {
            let expected = watched.flatMap(\.violations)
            return tried.flatMap(\.violations).filter { violation in
                !expected.contains {
                    $0.operation == violation.operation && $0.arguments == violation.arguments
                        && $0.path == violation.path
                }
            }
        }
        package var endsAlike: Bool { tried.map(\.end) == watched.map(\.end) }
        /// True if it ended alike and was refused no more.
        package var holds: Bool { endsAlike && refusals.isEmpty }
        /// Paths of this host that it looked for and was not shown.
        package var unseen: [String] {
            let paths = profile.needs.files.keys.filter { !$0.isFound && !$0.use.changes }.map(\.path)
            return Set(paths).sorted().filter { path in
                !ViewFolders.isOwn(path) && access(path, F_OK) == 0
            }
        }
        /// True if it used more files than could be listed: what it needs of them is not all known.
        package var isIncomplete: Bool { watched.contains { $0.unreported.contains(.seccomp) } }
    }

    /// How far it is.
    package enum Progress: Sendable {
        case watching
        case trying(ByteCount)
    }

    private let name: ProfileName
    private let current: ResolvedProfile
    private let wide: ResolvedProfile
    private let subject: any Watched

    /// The profile that the learned one is compared with.
    package var currentName: String { current.name.rawValue }

    /// Address spaces that are tried, from the smallest.
    private static let memories = (6...16).map { ByteCount(1 << ($0 + 20)) }

    /// What is watched.
    package enum Subject: Sendable {
        case command([String])
        /// A tool, and a file with the arguments of a call a line.
        case tool(String, calls: String)
    }

    /// Blocking.
    ///
    /// - Parameters:
    ///   - name: Of the profile to be.
    ///   - current: The profile that the learned one is compared with; nil is the tool's own, or `base`.
    package init(
        _ subject: Subject, named name: String, current: String?, workspace: String, tools: [String],
        sandboxes: [String]
    ) throws {
        self.name = try Self.profileName(name)
        let finder = try ToolFinder(tools: tools, sandboxes: sandboxes)
        switch subject {
        case .command(let words):
            self.current = try finder.profiles.resolve(Self.profileName(current ?? "base"))
            var wide = ResolvedProfile.learning(like: self.current)
            wide.grants = [.read, .readUnder, .write, .create, .writeUnder]
            self.wide = wide
            self.subject = try WatchedProgram(words, in: workspace, widest: wide)
        case .tool(let tool, let calls):
            let own = try finder.entry(named: tool).tool.sandbox
            self.current = try finder.profiles.resolve(try current.map(Self.profileName) ?? own)
            wide = ResolvedProfile.learning(like: self.current)
            self.subject = try WatchedTool(tool, calls: calls, workspace: workspace, finder: finder)
        }
    }

    private static func profileName(_ text: String) throws -> ProfileName {
        guard let name = ProfileName(text) else {
            throw RunError(
                "\(VisibleText.quoted(text)) is not a profile's name",
                remedy: "a name has a-z, 0-9 and `-`; `agentbox sandbox list` shows those that there are")
        }
        return name
    }

    package func run(_ progress: (Progress) -> Void) async throws -> Result {
        progress(.watching)
        let watched = try await subject.run(under: wide, isTraced: true)
        guard watched.allSatisfy({ !$0.trace.isEmpty }) else {
            throw RunError(
                "nothing was heard of it: it was killed, or somebody else listens to agentbox's system calls",
                remedy: "give it less to do, or run agentbox outside of that sandbox")
        }
        var needs = LearnedNeeds()
        for report in watched { needs.add(report.trace) }
        needs.setAsideKept()
        Self.addInterpreters(to: &needs)
        let environment = try await environmentReads()
        func learned(_ memory: ByteCount) -> LearnedProfile {
            LearnedProfile(
                named: name, from: needs, source: subject.source, resources: watched.compactMap(\.resources),
                memory: memory, environment: environment, grants: subject.grants)
        }
        func attempt(_ index: Int) async throws -> (LearnedProfile, [CallReport]) {
            let candidate = learned(Self.memories[index])
            progress(.trying(candidate.memory))
            return (candidate, try await self.attempt(candidate))
        }
        // The largest first: if it does not end alike there, memory is not the reason.
        var high = Self.memories.count - 1
        var (best, tried) = try await attempt(high)
        if tried.map(\.end) == watched.map(\.end) {
            var low = 0
            while low < high {
                let middle = (low + high) / 2
                let ends = try await attempt(middle).1.map(\.end)
                if ends == watched.map(\.end) { high = middle } else { low = middle + 1 }
            }
            // Twice what sufficed once: the next input is larger.
            (best, tried) = try await attempt(min(high + 1, Self.memories.count - 1))
        }
        return Result(
            profile: best, difference: try LearnedDifference(of: best, from: current), watched: watched, tried: tried,
            environment: environment)
    }

    /// Another run: no system call tells what is read of the environment, and whoever is traced is not listened to.
    private func environmentReads() async throws -> EnvironmentReads {
        let programs = try Installation.find().programs
        let observer = try Descriptor.open(programs + "/agentbox-observe", pathOnly).shared()
        var reads = EnvironmentReads(under: wide)
        for report in try await subject.observeEnvironment(by: observer, under: wide.tracing) { reads.add(report) }
        return reads
    }

    /// Runs the command under the text that will be written, read back as anybody would.
    private func attempt(_ learned: LearnedProfile) async throws -> [CallReport] {
        let profile = try SandboxProfile.load(Array(learned.yaml.utf8), file: "the learned profile")
        let resolved = try ProfileResolver.resolve(profile.name, in: [profile.name: profile])
        return try await subject.run(under: resolved, isTraced: false)
    }

    /// The kernel starts a script's interpreter by itself.
    private static func addInterpreters(to needs: inout LearnedNeeds) {
        for access in needs.files.keys where access.use == .execute && access.isFound {
            // Attack: names that mean something else inside. Of these the host has another's file, or a FIFO that
            // nobody writes to.
            guard !ViewFolders.isOwn(access.path),
                let file = try? Descriptor.open(access.path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY),
                (try? file.status().kind) == .file, let script = try? Shebang(of: file)
            else { continue }
            needs.addExecution(of: script.interpreter, by: access.path)
        }
    }
}
