import CSandbox
import Glibc
import LinuxIO

/// A running `agentbox-init`: its control socket and its pidfd. The host believes nothing that it says but whether the
/// call ended, and how.
final class InitProcess: Sendable {
    private let control: SharedDescriptor
    private let process: SharedDescriptor
    /// Set once it was reaped.
    private let exit = Locked<cs_exit?>(nil)

    /// Starts the executable at `path`. It waits for plans.
    init(path: String) throws(SandboxError) {
        do {
            var pair = try Descriptor.socketPair(.sequencedPacket)
            let ours = pair.takeFirst()
            let theirs = pair.takeSecond()
            try ours.setNonblocking(true)
            var pid: Int32 = 0
            var pidfd: Int32 = -1
            let problem = cs_spawn_init(path, theirs.raw, &pid, &pidfd)
            guard problem == 0 else { throw SystemError(call: "posix_spawn", errno: problem, subject: path) }
            process = Descriptor(owning: pidfd).shared()
            control = ours.shared()
        } catch let error as SystemError {
            throw SandboxError(.initFailed, "could not start agentbox-init: \(error.message)", cause: error)
        } catch {
            throw SandboxError(.initFailed, "could not start agentbox-init: \(error)")
        }
    }

    /// Hands a plan over, with its descriptors. Where many calls start at once, more descriptors may be on their way
    /// than the user may have open: then those that arrive make room.
    func send(_ kind: message_kind, _ plan: SealedPlan) async throws(SandboxError) {
        let deadline = ContinuousClock.now + Self.patience
        while true {
            guard let problem = trySend(kind, plan) else { return }
            guard problem.errno == ETOOMANYREFS, ContinuousClock.now < deadline, !Task.isCancelled else {
                throw SandboxError("hand the plan to agentbox-init", problem)
            }
            await Reactor.shared.sleep(until: .now + .milliseconds(2))
        }
    }

    /// Nil if the plan is on its way.
    private func trySend(_ kind: message_kind, _ plan: SealedPlan) -> SystemError? {
        var header = message()
        header.kind = kind.rawValue
        header.call = kind == MESSAGE_CALL ? 1 : 0
        let descriptors = plan.all
        let numbers = descriptors.map(\.raw)
        let sent = withExtendedLifetime(descriptors) {
            cs_send(control.raw, &header, MemoryLayout<message>.size, numbers, numbers.count)
        }
        return sent == 0 ? nil : .last("sendmsg")
    }

    /// An owner that goes without having waited leaves nothing behind: the socket closes, init ends, and a thread that
    /// may block reaps it.
    deinit {
        guard exit.withLock({ $0 == nil }) else { return }
        kill()
        let process = process
        Task.detached { _ = try? await Self.reap(process) }
    }

    /// Ends everything inside: init sees the end of its socket and kills its namespace.
    func kill() { shutdown(control.raw, Int32(SHUT_RDWR)) }

    /// Sends a signal to the call's process group. Nothing happens if the call is over.
    func signal(_ number: Int32) {
        var request = message()
        request.kind = MESSAGE_SIGNAL.rawValue
        request.call = 1
        request.value = number
        // The socket is full only if init does not read: then the call is about to be killed anyway.
        _ = cs_send(control.raw, &request, MemoryLayout<message>.size, nil, 0)
    }

    /// What a wait for the next message came to.
    enum Answer {
        case message(message)
        /// init went, or was killed.
        case end
        case deadlinePassed
        case cancelled
    }

    /// The next message of init. A message that is not one, from whoever took init over, is its end.
    func next(until deadline: ContinuousClock.Instant?) async throws(SystemError) -> Answer {
        while true {
            var received = message()
            var count = 0
            var none: Int32 = -1
            let size = cs_receive(control.raw, &received, MemoryLayout<message>.size, &none, 0, &count, 1)
            if size == MemoryLayout<message>.size { return .message(received) }
            guard size < 0, errno == EAGAIN else { return .end }
            switch try await Reactor.shared.waitReadable(control, until: deadline) {
            case .ready: continue
            case .deadlinePassed: return .deadlinePassed
            case .cancelled: return .cancelled
            }
        }
    }

    /// Waits until init is gone and takes its remains: no zombie stays. Also in a cancelled task.
    @discardableResult
    func reap() async throws(SystemError) -> cs_exit {
        if let known = exit.withLock({ $0 }) { return known }
        let result = try await Self.reap(process)
        exit.withLock { $0 = result }
        return result
    }

    /// How long init may take to end after it was told to.
    private static let patience = Duration.seconds(3)

    private static func reap(_ process: SharedDescriptor) async throws(SystemError) -> cs_exit {
        var deadline: ContinuousClock.Instant? = .now + patience
        while true {
            var result = cs_exit()
            switch cs_pidfd_wait(process.raw, 0, &result) {
            case Int32(CS_WAIT_REAPED.rawValue): return result
            case Int32(CS_WAIT_RUNNING.rawValue):
                let readiness = try await Reactor.shared.waitReadableRegardless(process, until: deadline)
                if readiness == .deadlinePassed {
                    // It hangs, or does not care. Its namespace dies with it: pid 1 there asked the kernel for that.
                    _ = cs_pidfd_send_signal(process.raw, SIGKILL)
                    deadline = nil
                }
            default: throw SystemError.last("waitid")
            }
        }
    }
}
