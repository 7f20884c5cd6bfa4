import CSandbox
import Glibc
import LinuxIO
import Manifests
@_spi(Launch) import Sandbox

/// What a call costs for which everything is built: against a bare `posix_spawn` of the same program, and against
/// bubblewrap with all namespaces, without a filter of system calls and with the one that our call has, each with its
/// output captured, in turns.
enum ColdCallBenchmark {
    /// One line of the table.
    struct Row: Sendable {
        var name: String
        /// Microseconds, sorted.
        var times: [Double]
        /// What the medians' ratio to the bare spawn should not exceed; nil for a peer.
        var goal: Double?

        var median: Double { times[times.count / 2] }
        var percentile95: Double { times[times.count * 95 / 100] }
    }

    private static let program = "/bin/true"
    private static let bubblewrap = [
        "bwrap", "--unshare-all", "--ro-bind", "/usr", "/usr", "--symlink", "usr/bin", "/bin", "--symlink", "usr/lib",
        "/lib", "--symlink", "usr/lib64", "/lib64", "--proc", "/proc", "--dev", "/dev", "--tmpfs", "/tmp",
        "--new-session", "--die-with-parent",
    ]
    /// Where bubblewrap finds the filter.
    private static let filterDescriptor: Int32 = 9

    /// - Parameters:
    ///   - initPath: The `agentbox-init` to measure.
    ///   - sandboxes: The folder of the bundled profiles.
    static func measure(rounds: Int = 300, initPath: String, sandboxes: String) async throws -> [Row] {
        guard let name = ProfileName("pure") else { preconditionFailure("`pure` is a profile's name") }
        let profile = try ProfileCatalog.load(directories: [sandboxes]).resolve(name)
        let launcher = Launcher(
            LaunchPermit(), initPath: initPath, filters: try FilterCache(folder: nil), hidden: [])
        let warmLauncher = Launcher(
            LaunchPermit(), initPath: initPath, filters: try FilterCache(folder: nil), hidden: [], keepsTemplates: true)
        let executable = try Descriptor.open(program, Int32(CS_O_PATH.rawValue)).shared()
        let hasBubblewrap = access("/usr/bin/bwrap", X_OK) == 0
        let instructions = try FilterCache(folder: nil).instructions(for: profile)
        let raw = instructions.withUnsafeBytes { cs_memfd_sealed("filter", $0.baseAddress, $0.count) }
        guard raw >= 0 else { throw SystemError.last("memfd_create") }
        let filter = Descriptor(owning: raw).shared()

        var rows = [
            Row(name: "bare posix_spawn", times: []), Row(name: "agentbox, cold", times: [], goal: 4),
            Row(name: "agentbox, warm", times: [], goal: 1.4),
        ]
        if hasBubblewrap {
            rows += [Row(name: "bubblewrap, no filter", times: []), Row(name: "bubblewrap, our filter", times: [])]
        }
        for round in -10..<rounds {
            settle()
            let bare = try microseconds { try spawn([program]) }
            let call = CallSpecification(
                profile: profile, identity: .make(), executable: VerifiedExecutable(executable, name: "true"),
                arguments: [], time: .seconds(10), output: ByteCount(1 << 20))
            settle()
            let start = ContinuousClock.now
            let end = try await launcher.run(call).end
            let ours = microseconds(since: start)
            guard end == .exited(0) else { throw SystemError(call: "\(end)", errno: EINVAL, subject: program) }
            settle()
            let warmStart = ContinuousClock.now
            let warmEnd = try await warmLauncher.run(call).end
            let warm = microseconds(since: warmStart)
            guard warmEnd == .exited(0) else { throw SystemError(call: "\(warmEnd)", errno: EINVAL, subject: program) }
            settle()
            let peer = hasBubblewrap ? try microseconds { try spawn(bubblewrap + [program]) } : 0
            settle()
            let filtered = hasBubblewrap ? try spawnFiltered(filter) : 0
            guard round >= 0 else { continue }
            for (index, time) in [bare, ours, warm, peer, filtered].enumerated() where index < rows.count {
                rows[index].times.append(time)
            }
        }
        for index in rows.indices { rows[index].times.sort() }
        return rows
    }

    /// The table that `make bench` prints.
    static func report(initPath: String, sandboxes: String) async throws -> String {
        let rows = try await measure(initPath: initPath, sandboxes: sandboxes)
        var lines = ["a call, cold                p50 µs    p95 µs   × bare"]
        for row in rows {
            let ratio = Int((row.median / rows[0].median * 100).rounded())
            lines.append(
                row.name + spaces(24 - row.name.count) + right(Int(row.median), 10) + right(Int(row.percentile95), 10)
                    + spaces(5) + "\(ratio / 100).\(ratio % 100 / 10)\(ratio % 10)"
                    + (row.goal.map { "   goal \($0)" } ?? ""))
        }
        for peer in rows.dropFirst(3) {
            for (row, goal) in [(rows[1], "0.5"), (rows[2], "0.2")] {
                let ratio = String(1000 + Int((row.median / peer.median * 1000).rounded())).dropFirst()
                lines.append("\(row.name) / \(peer.name): 0.\(ratio)   goal \(goal)")
            }
        }
        return lines.joined(separator: "\n")
    }

    /// The kernel takes namespaces apart in the background, for some milliseconds after the process that had them is
    /// gone. Nobody is to pay for the one before; nor for a processor that fell asleep meanwhile.
    private static func settle() {
        let end = ContinuousClock.now + .milliseconds(5)
        while ContinuousClock.now < end {}
    }

    /// A call of ours has a filter: a peer that has none does less.
    private static func spawnFiltered(_ filter: SharedDescriptor) throws -> Double {
        // It is read from where the last one stopped.
        lseek(filter.raw, 0, SEEK_SET)
        let words = bubblewrap + ["--seccomp", "\(filterDescriptor)", program]
        return try microseconds { try spawn(words, passing: filter) }
    }

    private static func spawn(_ words: [String], passing filter: SharedDescriptor? = nil) throws(SystemError) {
        var pipe = try Descriptor.pipe()
        let reading = pipe.takeFirst()
        let writing = pipe.takeSecond().release()
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&actions, writing, 1)
        posix_spawn_file_actions_adddup2(&actions, writing, 2)
        if let filter { posix_spawn_file_actions_adddup2(&actions, filter.raw, filterDescriptor) }
        let arguments = words.map { strdup($0) } + [nil]
        defer { arguments.forEach { free($0) } }
        var pid: pid_t = 0
        let problem = posix_spawnp(&pid, words[0], &actions, nil, arguments, environ)
        // Else the reader below would never see the end.
        close(writing)
        guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: words[0]) }
        _ = try withUnsafeTemporaryAllocation(byteCount: 4096, alignment: 16) { buffer -> Result<Void, SystemError> in
            Result { () throws(SystemError) in
                while let count = try reading.read(into: buffer), count > 0 {}
            }
        }.get()
        var status: Int32 = 0
        try retrying("waitpid") { waitpid(pid, &status, 0) }
        guard status == 0 else { throw SystemError(call: "exit status \(status)", errno: EINVAL, subject: words[0]) }
    }

    private static func microseconds(_ body: () throws -> Void) rethrows -> Double {
        let start = ContinuousClock.now
        try body()
        return microseconds(since: start)
    }

    private static func microseconds(since start: ContinuousClock.Instant) -> Double {
        let parts = start.duration(to: .now).components
        return Double(parts.seconds) * 1e6 + Double(parts.attoseconds) / 1e12
    }

    private static func right(_ number: Int, _ width: Int) -> String {
        spaces(width - String(number).count) + String(number)
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: max(0, count)) }
}
