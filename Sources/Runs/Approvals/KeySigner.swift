import Approvals
import Glibc
import LinuxIO

/// Signs a statement with the person's own key: `ssh-keygen -Y sign`, which asks for passphrases and touches on the
/// terminal and knows agents. On the approver's side only, never on the way of a call.
package enum KeySigner {
    private static let longestSignature = 64 << 10

    /// The armoured signature. Blocking, as long as the person takes.
    ///
    /// - Parameter key: The private key's file, or the public one of a key that an agent holds.
    package static func sign(_ statement: [UInt8], with key: String) throws -> [UInt8] {
        guard access(key, F_OK) == 0 else {
            throw ApprovalError(
                "not-signed", "there is no key `\(key)`",
                remedy: "give the path of a private key, or of the public one of a key in the agent")
        }
        var template = Array("/tmp/agentbox-sign-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw SystemError.last("mkdtemp", "/tmp") }
        let folder = template.withUnsafeBufferPointer { $0.baseAddress.map { String(cString: $0) } ?? "" }
        let file = folder + "/statement"
        defer {
            for name in [file, file + ".sig"] { unlink(name) }
            rmdir(folder)
        }
        try Descriptor.open(file, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).writeAll(statement)
        try run(["ssh-keygen", "-Y", "sign", "-q", "-f", key, "-n", Approvals.namespace, file], key)
        return try Descriptor.open(file + ".sig", O_RDONLY | O_NOFOLLOW).readAll(limit: longestSignature)
    }

    private static func run(_ words: [String], _ key: String) throws {
        let remedy = "is openssh-client installed, and is the key of the kind that `ssh-keygen -Y sign` takes?"
        var arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // What it says is for the person; standard output is the command's own.
        posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
        var process: pid_t = 0
        let problem = posix_spawnp(&process, words[0], &actions, nil, &arguments, environ)
        guard problem == 0 else {
            throw ApprovalError(
                "not-signed", "`\(words[0])` cannot be started: \(SystemError.text(of: problem))", remedy: remedy)
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0 && errno == EINTR {}
        guard status == 0 else {
            throw ApprovalError("not-signed", "nothing was signed with `\(key)`", remedy: remedy)
        }
    }
}
