import Glibc
import LinuxIO

/// The standard streams of the agent: what the person gave agentbox, or pipes that the host copies from and to.
final class AgentStreams: Sendable {
    /// For the agent. Nil is `/dev/null`.
    struct Ends {
        var input: SharedDescriptor?
        var output: SharedDescriptor?
        var errorOutput: SharedDescriptor?
    }

    private let copiers: [StreamCopier]
    private let ends: Locked<[SharedDescriptor?]>
    private let hasEnded = Locked(false)

    /// Looks at the three descriptors, and begins to copy where it has to.
    init() throws {
        let kinds = try (STDIN_FILENO...STDERR_FILENO).map { number in try StandardStream(number) }
        var copiers: [StreamCopier] = []
        var ends: [SharedDescriptor?] = []
        for (number, kind) in zip(STDIN_FILENO...STDERR_FILENO, kinds) {
            switch kind {
            case .nothing: ends.append(nil)
            case .shared: ends.append(try Self.duplicate(number))
            case .copied where number == STDERR_FILENO && kinds[1] == .copied && Self.areOne(STDOUT_FILENO, number):
                // Through one pipe, so that the order of what is written stays.
                ends.append(ends[1])
            case .copied:
                let copier = try StreamCopier(number, isInput: number == STDIN_FILENO)
                copiers.append(copier)
                ends.append(copier.takeAgentsEnd())
            }
        }
        self.copiers = copiers
        self.ends = Locked(ends)
    }

    deinit {
        for copier in copiers { copier.abandon() }
    }

    /// What the agent gets; once. The host must not keep it: a stream ends when its last holder goes.
    func takeEnds() -> Ends {
        let taken = ends.withLock { ends in
            defer { ends = [nil, nil, nil] }
            return ends
        }
        return Ends(input: taken[0], output: taken[1], errorOutput: taken[2])
    }

    /// After the agent's end: waits until all that it wrote is where it belongs. What could not be written, in words.
    func finish() async -> [String] {
        hasEnded.withLock { $0 = true }
        var problems: [String] = []
        for copier in copiers {
            await copier.finish()
            guard !copier.isInput, let problem = copier.problem.withLock({ $0 }) else { continue }
            let name = StandardStream.names[Int(copier.descriptor)]
            problems.append("part of the agent's standard \(name) is lost: \(problem.message)")
        }
        return problems
    }

    /// True when the agent has ended.
    var isDraining: Bool { hasEnded.withLock { $0 } }

    /// A person does not want to wait for what is still to be written. False if the agent has not ended yet.
    func interrupt() -> Bool {
        guard isDraining else { return false }
        for copier in copiers { copier.abandon() }
        return true
    }

    private static func duplicate(_ number: Int32) throws(SystemError) -> SharedDescriptor {
        Descriptor(owning: try retrying("fcntl(F_DUPFD_CLOEXEC)") { fcntl(number, F_DUPFD_CLOEXEC, 3) }).shared()
    }

    /// True if both are one open file, as after `> file 2>&1`.
    private static func areOne(_ one: Int32, _ other: Int32) -> Bool {
        guard let first = try? BorrowedDescriptor(one).status(), let second = try? BorrowedDescriptor(other).status()
        else { return false }
        return first.device == second.device && first.inode == second.inode
            && fcntl(one, F_GETFL) == fcntl(other, F_GETFL)
            && lseek(one, 0, SEEK_CUR) == lseek(other, 0, SEEK_CUR)
    }
}
