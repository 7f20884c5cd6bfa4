import Glibc
import LinuxIO

/// A process that is talked to line by line: one that waits for a word before it goes on. It is killed and reaped when
/// the value goes.
package final class LineProcess: Sendable {
    private let process: ChildProcess
    private let input: SharedDescriptor
    private let output: LineReader

    package var identifier: pid_t { process.identifier }

    package init(_ program: String, _ arguments: [String], environment: [String]? = nil) throws {
        var forward = try Descriptor.pipe()
        var back = try Descriptor.pipe()
        let reads = forward.takeFirst()
        let writes = forward.takeSecond()
        let answers = back.takeFirst()
        let says = back.takeSecond()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, reads.raw, STDIN_FILENO)
        posix_spawn_file_actions_adddup2(&actions, says.raw, STDOUT_FILENO)
        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] = (environment ?? []).map { strdup($0) } + [nil]
        defer { (words + variables).forEach { free($0) } }
        var child = pid_t()
        let problem =
            environment == nil
            ? posix_spawn(&child, program, &actions, nil, &words, environ)
            : posix_spawn(&child, program, &actions, nil, &words, &variables)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: program) }
        process = ChildProcess(child)
        input = writes.shared()
        output = LineReader(answers.shared())
    }

    /// Writes a line to its standard input.
    package func say(_ line: String) throws { try input.writeAll(Array((line + "\n").utf8)) }

    /// The next line of its standard output; nil at the end. Blocking.
    package func line() throws -> String? { try output.line() }

    /// Ends it with a signal, and reaps it.
    package func kill(_ signal: Int32 = SIGKILL) { process.kill(signal) }

    /// Waits for its end; the wait status.
    @discardableResult
    package func wait() -> Int32 { process.wait() }
}
