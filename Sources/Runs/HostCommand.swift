import Glibc
import LinuxIO

/// A short command of the host's own, for preparing tests of tools and for anchors. Never on the path of a call.
enum HostCommand {
    /// Runs it to its end. Blocking.
    ///
    /// - Throws: `RunError` with what it wrote, if it does not end with status 0.
    static func run(_ words: [String]) throws { try run(words, output: nil, environment: []) }

    /// Runs it to its end, and returns what it wrote to its standard output, up to a mebibyte. Blocking.
    static func output(_ words: [String], environment: [String] = []) throws -> [UInt8] {
        let output = try Descriptor.memory(named: "output").shared()
        try run(words, output: output, environment: environment)
        return try output.readAll(limit: 1 << 20)
    }

    private static func run(_ words: [String], output: SharedDescriptor?, environment more: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        if let output {
            posix_spawn_file_actions_adddup2(&actions, output.raw, STDOUT_FILENO)
        } else {
            posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        }
        let arguments = words.map { strdup($0) } + [nil]
        // Nothing of the person's configuration may change what a test finds.
        let environment = [
            "PATH=/usr/bin:/bin", "LANG=C", "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null",
            "GIT_NO_LAZY_FETCH=1", "GIT_ALLOW_PROTOCOL=",
        ]
        let variables = (environment + more).map { strdup($0) } + [nil]
        defer { for pointer in arguments + variables { free(pointer) } }
        var process: pid_t = 0
        let problem = posix_spawn(&process, words[0], &actions, nil, arguments, variables)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: words[0]) }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else {
            throw RunError("`\(words.joined(separator: " "))` failed", remedy: "run it to see why")
        }
    }
}
