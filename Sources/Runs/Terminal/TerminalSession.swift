import CSandbox
import Glibc
import LinuxIO

/// The agent's terminal and the person's, and agentbox between them, on a thread of its own.
///
/// The agent's is a pseudoterminal, the controlling terminal of its session: Ctrl-C, Ctrl-Z and job control are between
/// it and its programs. What it writes goes through `TerminalFilter`. Where a person has to be asked, agentbox draws on
/// the person's terminal itself: what the agent writes waits, what is typed does not reach it.
package final class TerminalSession: Sendable {
    enum Command: Sendable {
        case resize, suspend, proceed, agentEnded, abandon
        case note(String)
        case ask(TerminalQuestion, @Sendable (TerminalAnswer) -> Void)
        case withdraw(String)
        case onKillKeys(@Sendable () -> Void)
    }

    private let commands = Locked<(queue: [Command], isOver: Bool)>(([], false))
    private let wake: SharedDescriptor
    private let done: SharedDescriptor
    private let pair: PseudoTerminal
    private let lost = Locked<SystemError?>(nil)

    /// From now on the keys of the person's terminal are the agent's. `close` or `finish` has to follow.
    ///
    /// - Parameters:
    ///   - terminal: A descriptor of this process that is a terminal.
    ///   - owner: The user of the host that the agent runs as; nil if it is this process's own.
    ///   - phrase: What prompts show; nil if there can be none.
    package init(_ terminal: Int32, owner: uid_t?, phrase: String?) throws(SystemError) {
        let person = try PersonTerminal(terminal)
        pair = try PseudoTerminal(modes: person.modes, size: person.size, owner: owner)
        wake = try Self.event()
        done = try Self.event()
        let relay = TerminalRelay(person, pair, wake: wake, phrase: phrase) { [commands] in
            commands.withLock { state in
                defer { state.queue = [] }
                return state.queue
            }
        }
        startThread(named: "agentbox-tty") { [commands, lost, done] in
            var relay = relay
            relay.run()
            lost.withLock { $0 = relay.problem }
            let late = commands.withLock { state in
                defer { state.queue = [] }
                state.isOver = true
                return state.queue
            }
            for case .ask(_, let reply) in late { reply(.cancelled) }
            eventfd_shim_signal(done.raw)
        }
    }

    /// What the agent gets; once.
    package func takeAgentsEnd() -> SharedDescriptor? { pair.takeAgentsEnd() }

    /// Asks a person, after those who were asked before. Cancelling the task withdraws the question.
    package func ask(_ question: TerminalQuestion) async -> TerminalAnswer {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isTaken = send(.ask(question) { answer in continuation.resume(returning: answer) })
                if !isTaken { continuation.resume(returning: .cancelled) }
            }
        } onCancel: {
            withdraw(question.id)
        }
    }

    /// Takes a question off the screen that was answered elsewhere.
    package func withdraw(_ id: String) { send(.withdraw(id)) }

    /// A line of agentbox's own between those of the agent. False if the terminal is the person's again.
    @discardableResult
    package func note(_ text: String) -> Bool { send(.note(text)) }

    /// What the keys do that end an agent which listens to nothing.
    package func onKillKeys(_ body: @escaping @Sendable () -> Void) { send(.onKillKeys(body)) }

    /// A signal of this process that is about its terminal. False if it is about something else.
    package func take(signal: Int32) -> Bool {
        switch signal {
        case SIGWINCH: send(.resize)
        case SIGTSTP: send(.suspend)
        case SIGCONT: send(.proceed)
        default: return false
        }
        return true
    }

    package static let signals = [SIGWINCH, SIGTSTP, SIGCONT]

    /// After the agent's end: waits until all that it wrote has been drawn, and the terminal is as it was.
    package func finish() async -> SystemError? {
        send(.agentEnded)
        _ = try? await Reactor.shared.waitReadableRegardless(done)
        return lost.withLock { $0 }
    }

    /// Gives up: nothing more is drawn.
    func abandon() { send(.abandon) }

    /// Gives up, and returns when the terminal is as it was. Blocking, for as long as that takes.
    func close() {
        abandon()
        var request = pollfd(fd: done.raw, events: Int16(POLLIN), revents: 0)
        _ = poll(&request, 1, 2000)
    }

    @discardableResult
    private func send(_ command: Command) -> Bool {
        let isTaken = commands.withLock { state in
            guard !state.isOver else { return false }
            state.queue.append(command)
            return true
        }
        if isTaken { eventfd_shim_signal(wake.raw) }
        return isTaken
    }

    private static func event() throws(SystemError) -> SharedDescriptor {
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw SystemError.last("eventfd") }
        return Descriptor(owning: raw).shared()
    }
}
