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
    /// What a person types. Whoever sends another one may not be there to send a second.
    private static let typed = [SIGINT, SIGQUIT]

    static let signals = polite + others

    /// Hands signals on until the task is cancelled. `note` gets what the person waits for.
    static func forward(
        _ source: SignalSource, to agent: ConfinedProcess, _ streams: AgentStreams,
        note: @escaping @Sendable (String) -> Void
    ) async {
        await withTaskGroup(of: Void.self) { waits in
            var isRepeated = false
            while let signal = await source.next() {
                if streams.session?.take(signal: signal) == true { continue }
                if streams.interrupt() { continue }
                if isRepeated || others.contains(signal) {
                    agent.kill()
                } else {
                    agent.signal(signal)
                    waits.addTask { await wait(for: agent, streams, isAttended: typed.contains(signal), note) }
                }
                isRepeated = true
            }
            waits.cancelAll()
        }
    }

    /// After the first signal: says what is waited for, and kills an agent that does not end when nobody may be there.
    private static func wait(
        for agent: ConfinedProcess, _ streams: AgentStreams, isAttended: Bool, _ note: (String) -> Void
    ) async {
        let asked = ContinuousClock.now
        guard await pause(until: asked + AgentGrace.silence), !streams.isDraining else { return }
        if isAttended { return note("waiting for the agent to end; a second Ctrl-C kills it") }
        let left = AgentGrace.time - AgentGrace.silence
        note("waiting for the agent to end; it is killed in \(left.components.seconds) s, at once by a second signal")
        guard await pause(until: asked + AgentGrace.time), !streams.isDraining else { return }
        note("the agent did not end within \(AgentGrace.time.components.seconds) s: it is killed")
        agent.kill()
    }

    /// False if the task was cancelled before.
    private static func pause(until moment: ContinuousClock.Instant) async -> Bool {
        await Reactor.shared.sleep(until: moment) == .deadlinePassed
    }
}

/// How long an agent may take to end once it was told to.
enum AgentGrace {
    /// Before anything is said about it.
    static let silence = Duration.seconds(3)
    /// Before it is killed.
    static let time = Duration.seconds(10)
}
