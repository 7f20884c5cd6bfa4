import CObserve
import CSandbox
import Diagnostics
import Glibc
import LinuxIO

/// A command that runs as it would without us, while it is watched.
package struct ObservedCommand: Sendable {
    private let words: [String]
    private let helper: String
    /// What it writes to its standard output goes to standard error.
    private let sparesOutput: Bool

    /// - Parameters:
    ///   - helper: Where `agentbox-observe` is.
    package init(_ words: [String], helper: String, sparesOutput: Bool = false) {
        self.words = words
        self.helper = helper
        self.sparesOutput = sparesOutput
    }

    /// Runs it to its end. Blocking.
    ///
    /// - Throws: `ObserveError` if it cannot be watched; then it was not started.
    package func run() throws -> Observation {
        var pair = try Descriptor.socketPair(.sequencedPacket)
        let ours = pair.takeFirst().shared()
        // To the person's keys the command answers, and this waits for it.
        let process = try start(pair.takeSecond().shared())
        let signals = [SIGINT, SIGQUIT].map { ($0, signal($0, SIG_IGN)) }
        defer { for (number, handler) in signals { signal(number, handler) } }
        let (listener, gaveUpRights) = try receive(ours.raw, process)
        var watcher = Watcher(homes: Self.homes, root: process)
        var status: Int32 = 0
        var notice = co_notice()
        var isHeard = true
        while waitpid(process, &status, WNOHANG) == 0 {
            guard isHeard else {
                waitpid(process, &status, 0)
                break
            }
            switch co_hear(listener.raw, &notice, 50) {
            case 1:
                watcher.hear(notice)
                co_pass(listener.raw, &notice)
            case 0: break
            default: isHeard = false
            }
        }
        let leftBehind = isHeard && co_hear(listener.raw, &notice, 0) >= 0
        if leftBehind {
            if notice.id != 0 { co_pass(listener.raw, &notice) }
            try leave(listener.raw)
        }
        let ending = status & 0x7F
        return ObservationReader(watcher).observation(
            words, exitStatus: ending == 0 ? (status >> 8) & 0xFF : 128 + ending, gaveUpRights: gaveUpRights,
            leftBehind: leftBehind)
    }

    /// The command's end of the channel is its alone when this returns.
    private func start(_ channel: SharedDescriptor) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, channel.raw, Self.place)
        if sparesOutput { posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO) }
        return try spawn([helper, "run", String(Self.place)] + words, &actions)
    }

    /// Whatever goes on after the command has ended goes on being let through: without anybody it could do nothing.
    private func leave(_ listener: Int32) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, listener, Self.place)
        for number in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] {
            posix_spawn_file_actions_addopen(&actions, number, "/dev/null", O_RDWR, 0)
        }
        _ = try spawn([helper, "pass", String(Self.place)], &actions)
    }

    /// Where descriptors are handed over that are not standard ones.
    private static let place: Int32 = 240

    private func spawn(_ words: [String], _ actions: inout posix_spawn_file_actions_t) throws -> pid_t {
        let arguments = words.map { strdup($0) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var process: pid_t = 0
        let problem = posix_spawn(&process, words[0], &actions, nil, arguments, environ)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: words[0]) }
        return process
    }

    private func receive(_ channel: Int32, _ process: pid_t) throws -> (SharedDescriptor, gaveUpRights: Bool) {
        var answer: [Int32] = [0, 0]
        var listener: Int32 = -1
        var found = 0
        let size = answer.withUnsafeMutableBytes {
            cs_receive(channel, $0.baseAddress, $0.count, &listener, 1, &found, 0)
        }
        guard size == 8, found == 1 else {
            var status: Int32 = 0
            waitpid(process, &status, 0)
            throw ObserveError(
                "the command cannot be watched: \(SystemError.text(of: size == 8 ? answer[0] : EPROTO))",
                remedy: size == 8 && answer[0] == EBUSY
                    ? "somebody listens to system calls here already: run it outside of that sandbox"
                    : "the kernel needs seccomp's user notifications (Linux 5.5)")
        }
        return (Descriptor(owning: listener).shared(), answer[1] != 0)
    }

    private static var homes: [String] {
        var found: [String] = []
        let account = getpwuid(getuid())?.pointee.pw_dir.map { String(cString: $0) }
        for path in [getenv("HOME").map { String(cString: $0) }, account].compactMap(\.self) {
            let real = realpath(path, nil)
            defer { free(real) }
            for text in [path, real.map { String(cString: $0) }].compactMap(\.self)
            where text.hasPrefix("/") && text != "/" && !found.contains(text) {
                found.append(text)
            }
        }
        return found
    }
}

/// Why a command cannot be observed.
package struct ObserveError: Diagnostic {
    package let code = "cannot-observe"
    package let message: String
    package let remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }
}
