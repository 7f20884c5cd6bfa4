import Diagnostics
import Glibc

/// Another program, run to its end: an argument vector, never a shell string; nothing on its standard input.
package struct Program {
    package var words: [String]
    /// Nil hands on this process's own.
    package var environment: [String: String]?
    /// How much of each stream is kept.
    package var outputLimit: Int

    package init(_ words: [String], environment: [String: String]? = nil, outputLimit: Int) {
        self.words = words
        self.environment = environment
        self.outputLimit = outputLimit
    }

    /// How it ended.
    package struct Result {
        /// Nil if a signal ended it.
        package var status: Int32?
        package var signal: Int32?
        package var output: KeptOutput
        package var errorOutput: KeptOutput
    }

    /// Runs the program. Returns when it has ended, even if something that it left running still holds its streams:
    /// the end of the call ends that too.
    package func run() throws(ToolError) -> Result {
        var output = try Pipe()
        var errorOutput = try Pipe()
        let signals = try ChildSignals()
        let process = try spawn(output.writer, errorOutput.writer)
        output.closeWriter()
        errorOutput.closeWriter()
        var result = Result(
            output: KeptOutput(limit: outputLimit), errorOutput: KeptOutput(limit: outputLimit))
        while true {
            signals.wait((output.isOpen ? [output.reader] : []) + (errorOutput.isOpen ? [errorOutput.reader] : []))
            output.drain(into: &result.output)
            errorOutput.drain(into: &result.errorOutput)
            var status: Int32 = 0
            let ended = waitpid(process, &status, WNOHANG)
            guard ended != 0 else { continue }
            guard ended == process else { throw ToolError.system(errno, "wait for", words[0]) }
            output.drain(into: &result.output)
            errorOutput.drain(into: &result.errorOutput)
            let signal = status & 0x7F
            result.signal = signal == 0 ? nil : signal
            result.status = signal == 0 ? (status >> 8) & 0xFF : nil
            return result
        }
    }

    private func spawn(_ output: Int32, _ errorOutput: Int32) throws(ToolError) -> pid_t {
        guard let name = words.first, !name.isEmpty else {
            throw ToolError(.invalidArguments, "there is no program to run", remedy: "`argv` names it first")
        }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errorOutput, STDERR_FILENO)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))

        let arguments = words.map { strdup($0) } + [nil]
        let variables = environment.map {
            $0.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
        }
        defer { for pointer in arguments + (variables ?? []) { free(pointer) } }
        var process: pid_t = 0
        let problem =
            if let variables {
                posix_spawnp(&process, name, &actions, &attributes, arguments, variables)
            } else {
                posix_spawnp(&process, name, &actions, &attributes, arguments, environ)
            }
        guard problem == 0 else {
            if problem == ENOENT {
                throw ToolError(
                    .notFound, "there is no program \(VisibleText.quoted(name))",
                    remedy: "programs of the system and of the workspace can be run, by name or by path")
            }
            throw ToolError.system(problem, "run", name)
        }
        return process
    }
}
