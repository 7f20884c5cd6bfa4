import Glibc
import LinuxIO

/// A test's helper executable, running as a process of its own: to be killed, limited or raced against. It is killed
/// and reaped when the value goes.
package final class HelperProcess: Sendable {
    private let process: ChildProcess
    private let output: LineReader

    package var identifier: pid_t { process.identifier }

    /// Starts an executable that was built beside the tests.
    package convenience init(_ name: String, _ arguments: [String]) throws {
        try self.init(program: try Self.built(name), arguments)
    }

    /// Starts the executable at a path.
    package init(program: String, _ arguments: [String]) throws {
        var pipe = try Descriptor.pipe()
        let reading = pipe.takeFirst()
        let writing = pipe.takeSecond()

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, writing.raw, STDOUT_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)

        var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        defer { words.forEach { free($0) } }
        var child = pid_t()
        let problem = posix_spawn(&child, program, &actions, nil, &words, environ)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: program) }
        process = ChildProcess(child)
        output = LineReader(reading.shared())
    }

    /// The next line that it prints, without its end; nil when it prints no more. Blocking.
    package func line() throws -> String? { try output.line() }

    /// All lines that are left, until it ends. A last one without an end was cut off by a kill and is left out.
    package func lines() throws -> [String] {
        var lines: [String] = []
        while let line = try line() { lines.append(line) }
        return lines
    }

    /// Ends it with SIGKILL.
    package func kill() { process.kill() }

    /// Waits for its end; the wait status.
    @discardableResult
    package func wait() -> Int32 { process.wait() }

    /// The path of an executable of the package, in the folder of the running tests.
    package static func built(_ name: String) throws -> String {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        guard count > 0 else { throw SystemError.last("readlink", "/proc/self/exe") }
        let tests = String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        let folder = tests.lastIndex(of: "/").map { String(tests[..<$0]) } ?? "."
        let program = folder + "/" + name
        guard access(program, X_OK) == 0 else { throw SystemError.last("access", program) }
        return program
    }
}
