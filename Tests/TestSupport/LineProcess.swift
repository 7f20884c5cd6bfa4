import Glibc
import LinuxIO

/// A process that is talked to line by line: one that waits for a word before it goes on. It is killed and reaped when
/// the value goes.
package final class LineProcess: Sendable {
    package let identifier: pid_t
    private let input: SharedDescriptor
    private let output: SharedDescriptor
    private let unread = Locked<[UInt8]>([])
    private let reaped = Locked<Int32?>(nil)

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
        identifier = child
        input = writes.shared()
        output = answers.shared()
    }

    deinit { kill() }

    /// Writes a line to its standard input.
    package func say(_ line: String) throws { try input.writeAll(Array((line + "\n").utf8)) }

    /// The next line of its standard output; nil at the end. Blocking.
    package func line() throws -> String? {
        while true {
            let found = unread.withLock { bytes -> [UInt8]? in
                guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
                defer { bytes.removeSubrange(...end) }
                return Array(bytes[..<end])
            }
            if let found { return String(decoding: found, as: UTF8.self) }
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            let count = try piece.withUnsafeMutableBytes { try output.read(into: $0) } ?? 0
            if count == 0 { return nil }
            unread.withLock { $0 += piece[..<count] }
        }
    }

    /// Ends it with a signal, and reaps it.
    package func kill(_ signal: Int32 = SIGKILL) {
        reaped.withLock { status in if status == nil { Glibc.kill(identifier, signal) } }
        wait()
    }

    /// Waits for its end; the wait status.
    @discardableResult
    package func wait() -> Int32 {
        reaped.withLock { known in
            if let known { return known }
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) == -1, errno == EINTR {}
            known = status
            return status
        }
    }
}
