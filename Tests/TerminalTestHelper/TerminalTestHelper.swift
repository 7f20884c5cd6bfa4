import Glibc
import LinuxIO
import Runs

/// Runs a program on the agent's side of a `TerminalSession` on this process's own terminal:
///
///     TerminalTestHelper ANSWERS QUESTION SECONDS PROGRAM ARGUMENT…
///
/// At each SIGUSR1 the text of the file QUESTION is asked, for so many seconds; what comes of it is a line of the file
/// ANSWERS. SIGUSR2 makes a note. SIGABRT crashes the process, as a failed precondition would.
@main
enum TerminalTestHelper {
    static func main() async throws {
        let words = CommandLine.arguments
        let (answers, question, seconds) = (words[1], words[2], Int64(words[3]) ?? 60)
        let signals = try SignalSource(TerminalSession.signals + [SIGUSR1, SIGUSR2, SIGTERM])
        let session = try TerminalSession(STDIN_FILENO, owner: nil, phrase: "copper lantern pine")
        let child = start(Array(words[4...]), on: session)
        session.onKillKeys { kill(child, SIGKILL) }
        let asking = Locked<[Task<Void, Never>]>([])
        let watching = Task {
            while let signal = await signals.next() {
                if session.take(signal: signal) { continue }
                switch signal {
                case SIGUSR1:
                    let task = Task { await ask(session, question, seconds, answers) }
                    asking.withLock { $0.append(task) }
                case SIGUSR2: session.note("a note of agentbox")
                default: kill(child, SIGTERM)
                }
            }
        }
        let status = await BlockingPool.shared.run { () -> Int32 in
            var status: Int32 = 0
            while waitpid(child, &status, 0) < 0, errno == EINTR {}
            return status
        }
        _ = await session.finish()
        for task in asking.withLock({ $0 }) { await task.value }
        watching.cancel()
        exit(status & 0x7F == 0 ? status >> 8 : 128 + status & 0x7F)
    }

    private static func start(_ words: [String], on session: TerminalSession) -> pid_t {
        guard let end = session.takeAgentsEnd() else { _exit(127) }
        return withExtendedLifetime(end) { spawn(words, on: end.raw) }
    }

    private static func ask(_ session: TerminalSession, _ file: String, _ seconds: Int64, _ answers: String) async {
        let text = (try? Descriptor.open(file, O_RDONLY).readAll(limit: 1 << 20)) ?? []
        let expires = Timestamp(millisecondsSince1970: Timestamp.now().millisecondsSince1970 + seconds * 1000)
        let answer = await session.ask(
            TerminalQuestion(id: "q", text: String(decoding: text, as: UTF8.self), expires: expires))
        if let file = try? Descriptor.open(answers, O_WRONLY | O_CREAT | O_APPEND, mode: 0o600) {
            try? file.writeAll(Array("\(answer)\n".utf8))
        }
    }

    /// POSIX_SPAWN_SETSID, SETSIGDEF and SETSIGMASK.
    private static let ownSessionAndSignals: Int16 = 0x80 | 0x04 | 0x08

    /// Whoever opens a terminal as the leader of a session without one gets it.
    private static func spawn(_ words: [String], on terminal: Int32) -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        posix_spawn_file_actions_addopen(&actions, 0, "/proc/\(getpid())/fd/\(terminal)", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, 0, 1)
        posix_spawn_file_actions_adddup2(&actions, 0, 2)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        var all = sigset_t()
        sigfillset(&all)
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, ownSessionAndSignals)
        var arguments = words.map { strdup($0) } + [nil]
        var child = pid_t()
        guard posix_spawnp(&child, words[0], &actions, &attributes, &arguments, environ) == 0 else { _exit(127) }
        return child
    }
}
