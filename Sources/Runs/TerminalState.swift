import Glibc

/// The terminal's modes before the agent had it: an agent that is killed leaves it as it was in the middle of.
struct TerminalState {
    private let modes: termios?

    init() {
        var modes = termios()
        self.modes = tcgetattr(STDIN_FILENO, &modes) == 0 ? modes : nil
    }

    func restore() {
        guard var modes else { return }
        tcsetattr(STDIN_FILENO, TCSADRAIN, &modes)
    }
}
