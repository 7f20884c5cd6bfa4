import Glibc

/// The terminals of this process before the agent had them: an agent that is killed leaves one as it was in the middle
/// of, and a hostile one opens it to other users, since to the kernel it belongs to the agent's user too.
struct TerminalState {
    private let saved: [Saved]

    private struct Saved {
        let descriptor: Int32
        let modes: termios?
        let owner: uid_t
        let group: gid_t
        let permissions: mode_t
        /// Of the open file, which the agent shares: O_NONBLOCK among them.
        let flags: Int32

        init?(_ descriptor: Int32) {
            var status = stat()
            guard isatty(descriptor) == 1, fstat(descriptor, &status) == 0 else { return nil }
            self.descriptor = descriptor
            var modes = termios()
            self.modes = tcgetattr(descriptor, &modes) == 0 ? modes : nil
            (owner, group, permissions) = (status.st_uid, status.st_gid, status.st_mode & 0o7777)
            flags = fcntl(descriptor, F_GETFL)
        }

        func restore() {
            var now = stat()
            if fstat(descriptor, &now) == 0 {
                // To take it from a stranger first. What cannot be given back was never the agent's to take.
                if (now.st_uid, now.st_gid) != (owner, group) { _ = fchown(descriptor, owner, group) }
                if now.st_mode & 0o7777 != permissions { _ = fchmod(descriptor, permissions) }
            }
            if flags >= 0 { _ = fcntl(descriptor, F_SETFL, flags) }
            guard var modes else { return }
            // Output that the agent stopped would never drain.
            _ = tcflow(descriptor, TCOON)
            tcsetattr(descriptor, TCSADRAIN, &modes)
        }
    }

    /// What they are like now.
    init() { saved = (STDIN_FILENO...STDERR_FILENO).compactMap { Saved($0) } }

    /// Makes them as they were.
    func restore() {
        for terminal in saved { terminal.restore() }
    }
}
