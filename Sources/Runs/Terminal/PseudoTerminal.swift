import CSandbox
import Glibc
import LinuxIO

/// The terminal that is made for the agent. The host keeps the master and sees all that goes through.
final class PseudoTerminal: Sendable {
    /// Never blocks.
    let master: SharedDescriptor
    private let agentsEnd: Locked<SharedDescriptor?>

    /// - Parameters:
    ///   - modes: What it starts with.
    ///   - owner: The user of the host that the agent runs as; nil if it is this process's own.
    init(modes: termios, size: winsize?, owner: uid_t?) throws(SystemError) {
        var ends: [Int32] = [-1, -1]
        try retrying("openpty") { terminal_shim_open(&ends) }
        master = Descriptor(owning: ends[0]).shared()
        let other = Descriptor(owning: ends[1]).shared()
        // To open it by a name such as /dev/stderr, the agent's user has to own it.
        if let owner { try retrying("fchown") { fchown(other.raw, owner, gid_t.max) } }
        var modes = modes
        try retrying("tcsetattr") { tcsetattr(other.raw, TCSANOW, &modes) }
        agentsEnd = Locked(other)
        if let size { resize(size) }
    }

    /// What the agent gets; once. The host must not keep it: the terminal ends when its last holder does.
    func takeAgentsEnd() -> SharedDescriptor? {
        agentsEnd.withLock { end in
            defer { end = nil }
            return end
        }
    }

    /// The kernel tells the programs in the foreground, if it is a change.
    func resize(_ size: winsize) {
        var size = size
        _ = ioctl(master.raw, UInt(TIOCSWINSZ), &size)
    }
}
