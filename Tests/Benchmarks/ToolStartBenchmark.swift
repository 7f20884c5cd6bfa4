import Glibc
import TestSupport

/// How long a bundled tool takes from its start to its end, against a program that does nothing.
///
/// - Parameter build: The folder that holds the executables, as an absolute path.
func toolStartBenchmark(build: String) throws -> [BenchmarkRow] {
    let folder = try TemporaryFolder()
    try folder.write("a.txt", "one\ntwo\nthree\n")
    // Children start where this process is. Nothing else of a benchmark runs meanwhile.
    let here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    precondition(here >= 0 && chdir(folder.path) == 0, "no working folder")
    defer {
        fchdir(here)
        close(here)
    }
    let calls = [
        ("fs-read", #"{"path":"a.txt"}"#), ("fs-list", "{}"), ("fs-search", #"{"pattern":"two"}"#),
        ("fs-write", #"{"path":"b.txt","content":"x"}"#), ("exec-run", #"{"argv":["/bin/true"]}"#),
    ]
    return try calls.map { name, arguments in
        let input = try folder.write("\(name).json", arguments)
        let tool = build + "/agentbox-" + name
        let times = interleaved(rounds: 151, repetitions: 2) {
            runOnce(tool, input: input)
        } peer: {
            runOnce("/bin/true", input: input)
        }
        // exec.run starts another program: a call of it is two starts.
        return BenchmarkRow(
            name: "start to end of agentbox-\(name)", ours: times.ours, peer: "/bin/true", peers: times.peer,
            goal: name == "exec-run" ? 4 : 2)
    }
}

/// Starts a program and waits for its end, with as little as that takes: `posix_spawn`, no pipes.
private func runOnce(_ program: String, input: String) {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
    let words = [strdup(program), nil]
    defer { free(words[0]) }
    var process: pid_t = 0
    guard posix_spawn(&process, program, &actions, nil, words, environ) == 0 else {
        preconditionFailure("`\(program)` cannot be started")
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    precondition(status == 0, "`\(program)` failed")
}
