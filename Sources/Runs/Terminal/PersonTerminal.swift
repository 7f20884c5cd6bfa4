import CSandbox
import Glibc
import LinuxIO

/// The terminal that the person started agentbox on. The agent never gets it.
///
/// INVARIANT: its modes are changed only while this process's group is in the foreground; in the background they are the
/// shell's, or another job's.
final class PersonTerminal: Sendable {
    /// For reading, writing and `poll`.
    let descriptor: SharedDescriptor
    /// At most this much in one write.
    private let mostAtOnce: Int
    private let saved: termios

    /// - Parameter number: A descriptor that is a terminal, open for both directions.
    init(_ number: Int32) throws(SystemError) {
        var modes = termios()
        try retrying("tcgetattr") { tcgetattr(number, &modes) }
        saved = modes
        // O_NONBLOCK belongs to the open file, which the shell has too: so it is opened anew. Where it belongs to
        // another user (after `su`) that is refused, and writes have to be as small as what never blocks.
        let flags = O_RDWR | O_NOCTTY | O_NONBLOCK
        if let own = try? Descriptor.open("/proc/self/fd/\(number)", flags) {
            descriptor = own.shared()
            mostAtOnce = 16 << 10
        } else {
            descriptor = Descriptor(owning: try retrying("fcntl") { fcntl(number, F_DUPFD_CLOEXEC, 3) }).shared()
            mostAtOnce = 256
        }
    }

    /// True if this process may read it and change it; that ends when somebody moves the job to the background.
    var isOurs: Bool { tcgetpgrp(descriptor.raw) == getpgrp() }

    /// Nil if it does not say.
    var size: winsize? {
        var size = winsize()
        return ioctl(descriptor.raw, UInt(TIOCGWINSZ), &size) == 0 ? size : nil
    }

    /// The modes that it had at the start, for the agent's own.
    var modes: termios { saved }

    /// Every key and every byte as it is.
    func makeRaw() {
        var raw = saved
        cfmakeraw(&raw)
        set(raw)
    }

    /// Keys mean again what they mean, while what the agent has drawn still goes out as it is.
    func takeKeysBack() {
        var modes = saved
        modes.c_oflag &= ~tcflag_t(OPOST)
        set(modes)
    }

    /// As it was at the start.
    func restore() { set(saved) }

    /// Not after what is still to be written: somebody may have stopped the output.
    private func set(_ modes: termios) {
        guard isOurs else { return }
        var modes = modes
        tcsetattr(descriptor.raw, TCSANOW, &modes)
    }

    /// What was typed and not read is gone.
    func flushInput() { tcflush(descriptor.raw, TCIFLUSH) }

    /// What was read; empty at the end, nil if there is nothing now.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int? {
        try descriptor.read(into: buffer)
    }

    /// Writes what fits: how much.
    func write(_ bytes: ArraySlice<UInt8>) throws(SystemError) -> Int {
        try descriptor.write(bytes.prefix(mostAtOnce))
    }

    /// Should this process crash, the terminal is as it was, and shows a plain screen.
    func guardAgainstCrash() {
        var modes = saved
        terminal_shim_guard(descriptor.raw, &modes, Self.plain.utf8Start, Self.plain.utf8CodeUnitCount)
    }

    func unguard() { terminal_shim_unguard() }

    private static let plain: StaticString = "\u{18}\u{1B}[?1047l\u{1B}[?25h\u{1B}[0m\r\n"

    /// True if both descriptors are one terminal.
    static func areOne(_ one: Int32, _ other: Int32) -> Bool {
        guard isatty(one) == 1, isatty(other) == 1, let first = try? BorrowedDescriptor(one).status(),
            let second = try? BorrowedDescriptor(other).status()
        else { return false }
        return first.device == second.device && first.inode == second.inode
    }
}
