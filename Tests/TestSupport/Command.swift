import Glibc

/// A real process, started and waited for on the calling thread.
package struct Command {
    /// How it ended and what it wrote.
    package struct Result: Sendable {
        /// The exit status; 128 + n if signal n ended it.
        package var status: Int32
        package var output: String
        package var errorOutput: String
    }

    /// Runs a command to its end. `input` is what it reads on standard input.
    package static func run(
        _ words: [String], input: String = "", environment: [String: String]? = nil, in folder: String? = nil
    ) -> Result {
        let files = (0..<3).map { _ in anonymousFile() }
        defer { for file in files { close(file) } }
        _ = input.utf8.withContiguousStorageIfAvailable { write(files[0], $0.baseAddress, $0.count) }
        lseek(files[0], 0, SEEK_SET)

        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (number, file) in files.enumerated() { posix_spawn_file_actions_adddup2(&actions, file, Int32(number)) }

        // Swift's Glibc module lacks posix_spawn_file_actions_addchdir_np.
        let words = folder.map { ["env", "-C", $0] + words } ?? words
        let arguments = words.map { strdup($0) } + [nil]
        let variables = (environment ?? currentEnvironment()).map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var process: pid_t = 0
        let problem = posix_spawnp(&process, words[0], &actions, nil, arguments, variables)
        guard problem == 0 else {
            return Result(status: 127, output: "", errorOutput: "\(words[0]): \(String(cString: strerror(problem)))")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        let signal = status & 0x7F
        return Result(
            status: signal == 0 ? (status >> 8) & 0xFF : 128 + signal, output: contents(files[1]),
            errorOutput: contents(files[2]))
    }

    private static func currentEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var entry = environ
        while let text = entry.pointee {
            let pair = String(cString: text)
            if let separator = pair.firstIndex(of: "=") {
                variables[String(pair[..<separator])] = String(pair[pair.index(after: separator)...])
            }
            entry += 1
        }
        return variables
    }

    /// Files rather than pipes: nothing that the process leaves running can make the test wait.
    private static func anonymousFile() -> Int32 {
        let descriptor = open("/tmp", temporaryFile | O_RDWR | O_CLOEXEC, 0o600)
        precondition(descriptor >= 0, "no temporary file: \(String(cString: strerror(errno)))")
        return descriptor
    }

    private static let temporaryFile: Int32 = 0o20200000

    private static func contents(_ file: Int32) -> String {
        lseek(file, 0, SEEK_SET)
        return File.text(of: file)
    }
}
