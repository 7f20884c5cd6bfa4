import Glibc
import LinuxIO

/// A process of this machine, as /proc told of it.
package struct RunningProcess: Sendable {
    package let pid: pid_t
    package let parent: pid_t
    /// Its name without the parentheses.
    package let name: String
    /// Ended, and not reaped.
    package let isZombie: Bool
    /// The words, each with a NUL behind it; empty of a zombie.
    package let commandLine: String

    /// Nil if there is no such process.
    package init?(_ pid: pid_t) {
        guard let stat = Self.text("/proc/\(pid)/stat"), let line = Self.text("/proc/\(pid)/cmdline") else {
            return nil
        }
        // `pid (name) state parent …`: the name may hold anything, a parenthesis too.
        guard let open = stat.firstIndex(of: "("), let close = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: close)...].split(separator: " ")
        guard fields.count > 1, let parent = pid_t(fields[1]) else { return nil }
        self.pid = pid
        self.parent = parent
        name = String(stat[stat.index(after: open)..<close])
        isZombie = fields[0] == "Z"
        commandLine = line
    }

    /// Every process that there is.
    package static func all() throws -> [RunningProcess] {
        guard let directory = opendir("/proc") else { throw TestSupportError("opendir `/proc` failed: errno \(errno)") }
        defer { closedir(directory) }
        var found: [RunningProcess] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if let process = pid_t(name).flatMap(RunningProcess.init) { found.append(process) }
        }
        return found
    }

    private static func text(_ path: String) -> String? {
        guard let bytes = try? Descriptor.open(path, O_RDONLY).readAll(limit: 1 << 20) else { return nil }
        return String(decoding: bytes, as: UTF8.self)
    }
}
