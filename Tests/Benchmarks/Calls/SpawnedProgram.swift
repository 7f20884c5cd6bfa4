import CSandbox
import Glibc
import LinuxIO

/// A program that is started bare, with its output captured: what every sandbox is measured against.
struct SpawnedProgram: Sendable {
    var words: [String]
    /// Standard input; nil is `/dev/null`.
    var input: SharedDescriptor?
    /// What it finds as this descriptor.
    var passed: SharedDescriptor?

    static let passedDescriptor: Int32 = 9

    init(_ words: [String], input: SharedDescriptor? = nil, passing passed: SharedDescriptor? = nil) {
        self.words = words
        self.input = input
        self.passed = passed
    }

    /// Runs it to its end. A status that is not 0 is an error.
    func run() throws(SystemError) {
        var pipe = try Descriptor.pipe()
        let reading = pipe.takeFirst()
        let writing = pipe.takeSecond().release()
        // Both are read from where the last program stopped.
        for file in [input, passed] { if let file { lseek(file.raw, 0, SEEK_SET) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input.raw, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, writing, 1)
        posix_spawn_file_actions_adddup2(&actions, writing, 2)
        if let passed { posix_spawn_file_actions_adddup2(&actions, passed.raw, Self.passedDescriptor) }
        // Threads of Swift's concurrency block signals; a peer that waits for one would wait for ever.
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        let arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        let problem = posix_spawnp(&pid, words[0], &actions, &attributes, arguments, environ)
        // Else the reader below would never see the end.
        close(writing)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: words[0]) }
        let output = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) {
            buffer -> Result<[UInt8], SystemError> in
            Result { () throws(SystemError) in
                var output: [UInt8] = []
                while let count = try reading.read(into: buffer), count > 0 { output += buffer[..<count] }
                return output
            }
        }.get()
        var status: Int32 = 0
        try retrying("waitpid") { waitpid(pid, &status, 0) }
        guard status == 0 else {
            let text = String(decoding: output.suffix(400), as: UTF8.self)
            throw SystemError(call: "status \(status): \(text)", errno: EINVAL, subject: words[0])
        }
    }
}
