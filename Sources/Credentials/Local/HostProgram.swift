import CSandbox
import Diagnostics
import Glibc
import LinuxIO

/// A program of the person's own that is asked for a secret: it runs outside of any box, as the person, with what of the
/// environment it needs to find its store, its agent and its bus.
enum HostProgram {
    private static let folders = ["/usr/bin", "/usr/local/bin", "/bin"]
    /// Nothing that changes what is executed: no BASH_ENV, no LD_PRELOAD, no PATH.
    private static let passed = [
        "DBUS_SESSION_BUS_ADDRESS", "DISPLAY", "GNUPGHOME", "HOME", "LANG", "LC_ALL", "LOGNAME", "PASSWORD_STORE_DIR",
        "USER", "WAYLAND_DISPLAY", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR", "XDG_SESSION_ID",
    ]

    /// Runs it to its end, and returns what it wrote to its standard output.
    ///
    /// - Parameter package: What has to be installed where it is missing.
    static func run(
        _ name: String, _ words: [String], adding variables: [(String, String)], within time: Duration, package: String
    ) async throws(CredentialError) -> Secret {
        guard let folder = folders.first(where: { access("\($0)/\(name)", X_OK) == 0 }) else {
            throw CredentialError(.unconfigured, "there is no program `\(name)`", remedy: "apt install \(package)")
        }
        let path = "\(folder)/\(name)"
        let deadline = ContinuousClock.now + time
        do throws(SystemError) {
            let output = try Descriptor.memory(named: "agentbox-secret").shared()
            let errors = try Descriptor.memory(named: "agentbox-errors").shared()
            let started = try await BlockingPool.shared.run { () throws(SystemError) in
                try start(path, words, variables, output, errors)
            }
            let end = try await wait(started, until: deadline)
            guard let status = end else {
                throw SystemError(call: name, errno: Task.isCancelled ? ECANCELED : ETIMEDOUT)
            }
            guard status == 0 else {
                let said = (try? errors.readAll(limit: 64 << 10)) ?? []
                let line = String(decoding: said.prefix { $0 != 0x0A }, as: UTF8.self)
                return try refused(name, line)
            }
            var bytes = try output.readAll(limit: SecretReader.limit)
            defer { bytes.withUnsafeMutableBytes { wipe($0) } }
            return Secret(bytes)
        } catch {
            switch error.errno {
            case ETIMEDOUT:
                throw CredentialError(
                    .unreachable, "`\(name)` did not answer within \(time.components.seconds) seconds",
                    remedy: "does it ask for a passphrase that nobody sees? unlock its key or its keyring first")
            case ECANCELED: throw CredentialError(.unreachable, "the call was ended while `\(name)` was asked")
            case EFBIG: throw CredentialError(.malformed, "`\(name)` wrote more than \(SecretReader.limit) bytes")
            case EACCES where error.call == name:
                throw CredentialError(.refused, "`\(name)` refused: \(error.subject ?? "")")
            default: throw CredentialError(.unreachable, "`\(name)` cannot be asked: \(error.message)")
            }
        }
    }

    /// What it says of itself is for the person who set it up.
    private static func refused(_ name: String, _ line: String) throws(SystemError) -> Secret {
        throw SystemError(call: name, errno: EACCES, subject: VisibleText.line(line, limit: 200))
    }

    private struct Started: Sendable {
        let pid: pid_t
        let pidfd: SharedDescriptor
    }

    private static func start(
        _ path: String, _ words: [String], _ variables: [(String, String)], _ output: SharedDescriptor,
        _ errors: SharedDescriptor
    ) throws(SystemError) -> Started {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output.raw, STDOUT_FILENO)
        posix_spawn_file_actions_adddup2(&actions, errors.raw, STDERR_FILENO)
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        // A group of its own, so that what it started ends with it.
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
        posix_spawnattr_setpgroup(&attributes, 0)
        let arguments = ([path] + words).map { strdup($0) } + [nil]
        let values = passed.compactMap { name in getenv(name).map { "\(name)=\(String(cString: $0))" } }
        let environment =
            (values + variables.map { "\($0.0)=\($0.1)" } + ["PATH=/usr/local/bin:/usr/bin:/bin"])
            .map { strdup($0) } + [nil]
        defer { for pointer in arguments + environment { free(pointer) } }
        var pid: pid_t = 0
        let problem = posix_spawn(&pid, path, &actions, &attributes, arguments, environment)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: path) }
        let raw = cs_pidfd_open(pid)
        guard raw >= 0 else {
            let error = SystemError.last("pidfd_open")
            kill(-pid, SIGKILL)
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
            throw error
        }
        return Started(pid: pid, pidfd: Descriptor(owning: raw).shared())
    }

    /// Its exit status, 128 and the signal for one that was killed; nil if it took too long, or the task was cancelled:
    /// then it is gone as well.
    private static func wait(
        _ started: Started, until deadline: ContinuousClock.Instant
    ) async throws(SystemError) -> Int32? {
        let readiness = try await Reactor.shared.waitExit(started.pidfd, until: deadline)
        // Not yet reaped, so that the number is still its own.
        if readiness != .ready {
            kill(-started.pid, SIGKILL)
            try await Reactor.shared.waitReadableRegardless(started.pidfd)
        }
        var result = cs_exit()
        guard cs_pidfd_wait(started.pidfd.raw, 0, &result) == Int32(CS_WAIT_REAPED.rawValue) else {
            throw SystemError.last("waitid")
        }
        guard readiness == .ready else { return nil }
        let signal = result.status & 0x7F
        return signal == 0 ? result.status >> 8 & 0xFF : 128 + signal
    }
}
