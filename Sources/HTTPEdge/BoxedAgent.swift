import Glibc
import LinuxIO
import MCP

/// Inside the agent's box: an edge on its own loopback, and then the agent in this process's place. It is the agent's
/// own neighbour and has no more rights than it.
package enum BoxedAgent {
    /// Starts the edge and executes the agent; returns only if that fails.
    ///
    /// - Parameters:
    ///   - program: This program's path.
    ///   - path: The agent's.
    ///   - arguments: The agent's, its name first.
    package static func execute(_ path: String, _ arguments: [String], program: String) throws(SystemError) -> Never {
        let (listening, port) = try listen()
        let hosts = MCPHTTP.loopbackHosts(port: port).joined(separator: ",")
        setenv(MCPHTTP.Variable.hosts, hosts, 1)
        try start([program, "detach"], listening.raw)
        unsetenv(MCPHTTP.Variable.hosts)
        setenv(MCPHTTP.Variable.url, "http://127.0.0.1:\(port)\(MCPHTTP.path)", 1)
        var words = arguments.map { strdup($0) } + [nil]
        execve(path, &words, environ)
        throw SystemError.last("execve", path)
    }

    /// Starts the edge proper and leaves it: so it is no child of the agent, which may wait for its children.
    package static func detach(program: String) throws(SystemError) {
        try start([program, "serve"], STDIN_FILENO, waits: false)
    }

    private static func listen() throws(SystemError) -> (SharedDescriptor, UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let socket = Descriptor(owning: try retrying("socket") { Glibc.socket(AF_INET, kind, 0) }).shared()
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let problem: Int32 = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(socket.raw, address, size) == 0, Glibc.listen(socket.raw, 64) == 0,
                    getsockname(socket.raw, address, &size) == 0
                else { return errno }
                return 0
            }
        }
        guard problem == 0 else { throw SystemError(call: "listen", errno: problem, subject: "127.0.0.1") }
        return (socket, UInt16(bigEndian: address.sin_port))
    }

    /// POSIX_SPAWN_SETSID, SETSIGDEF and SETSIGMASK: what is typed on the agent's terminal is not for the edge.
    private static let ownSessionAndSignals: Int16 = 0x80 | 0x04 | 0x08

    private static func start(_ words: [String], _ input: Int32, waits: Bool = true) throws(SystemError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        // To the same number it would stay close-on-exec, but that this action takes the mark away.
        posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0)
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigfillset(&signals)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setflags(&attributes, ownSessionAndSignals)
        var arguments = words.map { strdup($0) } + [nil]
        defer { for pointer in arguments { free(pointer) } }
        var child = pid_t()
        let problem = posix_spawn(&child, words[0], &actions, &attributes, &arguments, environ)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: words[0]) }
        guard waits else { return }
        var status: Int32 = 0
        while waitpid(child, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw SystemError(call: "posix_spawn", errno: ECHILD, subject: words[0]) }
    }
}
