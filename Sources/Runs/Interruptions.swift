import Glibc
import LinuxIO
@_spi(Launch) import Sandbox

/// Signals that end a run. The first is handed on to the agent, which may want to say good-bye; a second one ends the
/// box at once.
enum Interruptions {
    static let signals = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]

    /// Hands signals on until the task is cancelled.
    static func forward(_ source: SignalSource, to agent: ConfinedProcess) async {
        var isRepeated = false
        while let signal = await source.next() {
            if isRepeated { agent.kill() } else { agent.signal(signal) }
            isRepeated = true
        }
    }
}
