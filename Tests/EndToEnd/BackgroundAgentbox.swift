import CSandbox
import Glibc
import TestSupport

/// An installed agentbox that runs beside the test, to be signalled and killed.
final class BackgroundAgentbox {
    private let process: HelperProcess

    init(_ scene: Scene, _ words: [String]) throws {
        // `setpriv` executes what it is given: the process is agentbox itself.
        let command =
            InstalledAgentbox.shared.command(words, as: scene.person, home: scene.home)
        process = try HelperProcess(program: command[0], Array(command.dropFirst()))
    }

    /// The next line on standard output.
    func line() throws -> String? { try process.line() }

    func signal(_ number: Int32) { Glibc.kill(process.identifier, number) }

    func kill() { process.kill() }

    /// The exit status; 128 + n if signal n ended it.
    func wait() -> Int32 {
        let status = process.wait()
        let signal = status & 0x7F
        return signal == 0 ? (status >> 8) & 0xFF : 128 + signal
    }
}

/// The processes of this machine.
enum Processes {
    /// How many have `word` in their arguments.
    static func count(withArgument word: String) -> Int { find(word).count }

    /// Waits, up to ten seconds, until none has.
    static func waitUntilGone(withArgument word: String) -> Bool {
        for _ in 0..<1000 {
            let found = find(word)
            if found.isEmpty { return true }
            // The end of one of them is what we wait for.
            let descriptor = cs_pidfd_open(found[0])
            guard descriptor >= 0 else { continue }
            var events = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            poll(&events, 1, 10)
            close(descriptor)
        }
        return false
    }

    /// Ends those.
    static func kill(withArgument word: String) { for pid in find(word) { Glibc.kill(pid, SIGKILL) } }

    /// Waits, up to ten seconds, until so many have. False if they never do.
    static func wait(until count: Int, haveArgument word: String) -> Bool {
        let deadline = ContinuousClock.now + .seconds(10)
        while find(word).count < count {
            guard ContinuousClock.now < deadline else { return false }
            usleep(5000)
        }
        return true
    }

    private static func find(_ word: String) -> [pid_t] {
        let all = (try? RunningProcess.all()) ?? []
        return all.filter { $0.commandLine.contains(word) && !$0.commandLine.contains("agentbox\0run") }.map(\.pid)
    }
}
