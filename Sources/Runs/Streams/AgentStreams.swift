import Glibc
import LinuxIO

/// The standard streams of the agent: a terminal of its own, anonymous pipes that the person gave agentbox, or pipes that
/// the host copies from and to.
final class AgentStreams: Sendable {
    /// For the agent. Nil is `/dev/null`.
    struct Ends {
        var input: SharedDescriptor?
        var output: SharedDescriptor?
        var errorOutput: SharedDescriptor?
    }

    /// Where a person sits at the agent's terminal.
    let session: TerminalSession?
    private let copiers: [StreamCopier]
    private let ends: Locked<[SharedDescriptor?]>
    private let hasEnded = Locked(false)

    /// True if a person sits at the agent's terminal: standard input and standard output are the same one.
    static var isInteractive: Bool { PersonTerminal.areOne(STDIN_FILENO, STDOUT_FILENO) }

    /// Looks at the three descriptors, and begins to copy where it has to.
    ///
    /// - Parameters:
    ///   - owner: The user of the host that the agent runs as; nil if it is this process's own.
    ///   - phrase: What prompts on the terminal show; nil if there can be none.
    init(owner: uid_t?, phrase: String?) throws {
        let kinds = try (STDIN_FILENO...STDERR_FILENO).map { number in try StandardStream(number) }
        var copiers: [StreamCopier] = []
        var ends: [SharedDescriptor?] = []
        let session = Self.isInteractive ? try TerminalSession(STDIN_FILENO, owner: owner, phrase: phrase) : nil
        let terminal = session?.takeAgentsEnd()
        for (number, kind) in zip(STDIN_FILENO...STDERR_FILENO, kinds) {
            switch kind {
            case .nothing: ends.append(nil)
            case .shared: ends.append(try Self.duplicate(number))
            case .terminal where terminal != nil && PersonTerminal.areOne(STDIN_FILENO, number): ends.append(terminal)
            case _ where number == STDERR_FILENO && kinds[1] == kind && Self.areOne(STDOUT_FILENO, number):
                // Through one pipe, so that the order of what is written stays.
                ends.append(ends[1])
            case .copied, .terminal:
                let copier = try StreamCopier(number, isInput: number == STDIN_FILENO)
                copiers.append(copier)
                ends.append(copier.takeAgentsEnd())
            }
        }
        self.session = session
        self.copiers = copiers
        self.ends = Locked(ends)
    }

    deinit {
        for copier in copiers { copier.abandon() }
        session?.abandon()
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
        if let problem = await session?.finish() {
            problems.append("part of what the agent drew is lost: \(problem.message)")
        }
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
        session?.abandon()
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
