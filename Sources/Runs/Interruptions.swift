import Glibc
import LinuxIO
@_spi(Launch) import Sandbox

/// Signals that end a run. The first is handed on to the agent, which may want to say good-bye; a second one ends the
/// box at once. One that comes when the agent has ended ends the wait for its output to be taken.
enum Interruptions {
    /// What people and supervisors send to end a program.
    private static let polite = [SIGINT, SIGTERM, SIGHUP, SIGQUIT]
    /// What would end this process where it stands, with the terminal as the agent left it: they end the box instead.
    private static let others = [SIGUSR1, SIGUSR2, SIGALRM, SIGVTALRM, SIGPROF, SIGXCPU, SIGPWR, SIGIO]

    static let signals = polite + others

    /// Hands signals on until the task is cancelled.
    static func forward(_ source: SignalSource, to agent: ConfinedProcess, _ streams: AgentStreams) async {
        var isRepeated = false
        while let signal = await source.next() {
            if streams.interrupt() { continue }
            if isRepeated || others.contains(signal) { agent.kill() } else { agent.signal(signal) }
            isRepeated = true
        }
    }
}
