import Glibc
import LinuxIO

/// The name of a run's group, which says whose it is: `agentbox-4026531836-812-55012`, by pid namespace, process and
/// when that started. So the next run can tell that its owner is dead, which a number alone, used again, does not say.
struct ControlGroupName: Hashable, Sendable {
    let namespace: UInt64
    let process: pid_t
    let started: UInt64

    static let prefix = "agentbox-"

    var text: String { "\(Self.prefix)\(namespace)-\(process)-\(started)" }

    /// Nil for a name that is not of this form.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let parts = text.dropFirst(Self.prefix.count).split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 3, let namespace = UInt64(parts[0]), let process = pid_t(parts[1]),
            let started = UInt64(parts[2])
        else { return nil }
        self.init(namespace: namespace, process: process, started: started)
        guard self.text == text else { return nil }
    }

    init(namespace: UInt64, process: pid_t, started: UInt64) {
        self.namespace = namespace
        self.process = process
        self.started = started
    }

    /// This process's. Nil without `/proc`.
    static func own() -> ControlGroupName? {
        guard let started = Self.start(of: getpid()), let namespace = Self.ownNamespace() else { return nil }
        return ControlGroupName(namespace: namespace, process: getpid(), started: started)
    }

    /// True if the owner is known to be gone. One in another pid namespace may well live.
    func isOwnerDead() -> Bool {
        namespace == Self.ownNamespace() && Self.start(of: process) != started
    }

    private static func ownNamespace() -> UInt64? {
        var status = stat()
        return stat("/proc/self/ns/pid", &status) == 0 ? UInt64(status.st_ino) : nil
    }

    /// In clock ticks since boot; nil if there is no such process.
    private static func start(of process: pid_t) -> UInt64? {
        guard let bytes = try? Descriptor.open("/proc/\(process)/stat", O_RDONLY).readAll(limit: 4096) else {
            return nil
        }
        // The program's name stands in brackets, and may hold anything.
        let words = String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.split(separator: " ") ?? []
        return words.count > 19 ? UInt64(words[19]) : nil
    }
}
