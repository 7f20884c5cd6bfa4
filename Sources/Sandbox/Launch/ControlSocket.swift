import CSandbox
import Glibc
import LinuxIO

/// The host's end of a control socket (`plan.h`): plans go in, and a few words come out. The host believes nothing that
/// it hears but whether the call ended, and how.
final class ControlSocket: Sendable {
    private let socket: SharedDescriptor

    /// - Parameter socket: SOCK_SEQPACKET, nonblocking.
    init(_ socket: SharedDescriptor) { self.socket = socket }

    /// Hands a plan over, with its descriptors. Where many calls start at once, more descriptors may be on their way
    /// than the user may have open: then those that arrive make room.
    func send(_ kind: message_kind, _ plan: SealedPlan, value: Int32 = 0) async throws(SandboxError) {
        let deadline = ContinuousClock.now + InitProcess.patience
        while true {
            guard let problem = trySend(kind, plan, value) else { return }
            guard problem.errno == ETOOMANYREFS, ContinuousClock.now < deadline, !Task.isCancelled else {
                throw SandboxError("hand the plan to agentbox-init", problem)
            }
            await Reactor.shared.sleep(until: .now + .milliseconds(2))
        }
    }

    /// Hands a plan to an init that was just started. One that is gone already has said why: `next` gives that.
    func sendToNew(_ kind: message_kind, _ plan: SealedPlan) async throws(SandboxError) {
        do {
            try await send(kind, plan)
        } catch {
            guard let errno = error.cause?.errno, errno == EPIPE || errno == ECONNRESET else { throw error }
        }
    }

    /// Nil if the plan is on its way.
    private func trySend(_ kind: message_kind, _ plan: SealedPlan, _ value: Int32) -> SystemError? {
        var header = message()
        header.kind = kind.rawValue
        header.call = kind == MESSAGE_CALL ? 1 : 0
        header.value = value
        let numbers = plan.descriptors.map(\.raw)
        let sent = withExtendedLifetime(plan) {
            cs_send_parts(
                socket.raw, &header, MemoryLayout<message>.size, plan.bytes, plan.bytes.count, numbers, numbers.count)
        }
        return sent == 0 ? nil : .last("sendmsg")
    }

    /// Ends one or both directions: to the other side it looks as if the host had gone.
    func shutDown(_ directions: Int32) { shutdown(socket.raw, directions) }

    /// Sends a signal to the call's process group. Nothing happens if the call is over.
    func signal(_ number: Int32) {
        var request = message()
        request.kind = MESSAGE_SIGNAL.rawValue
        request.call = 1
        request.value = number
        // The socket is full only if init does not read: then the call is about to be killed anyway.
        _ = cs_send(socket.raw, &request, MemoryLayout<message>.size, nil, 0)
    }

    /// Has the kernel say who sends what comes from now on, or no more.
    func nameSenders(_ wanted: Bool) throws(SystemError) {
        try retrying("setsockopt(SO_PASSCRED)") { cs_name_senders(socket.raw, wanted ? 1 : 0) }
    }

    /// Waits for READY and tells who said it, as this process knows it. The kernel names the sender, which can name no
    /// other in its place but one of its own pid namespace.
    func readySender(until deadline: ContinuousClock.Instant) async throws(SystemError) -> (
        process: pid_t, hasCall: Bool
    ) {
        while true {
            var received = message()
            var sender: Int32 = 0
            let size = cs_receive_named(socket.raw, &received, MemoryLayout<message>.size, &sender)
            if size == MemoryLayout<message>.size, received.kind == MESSAGE_READY.rawValue, sender > 0 {
                return (sender, received.value != 0)
            }
            guard size < 0, errno == EAGAIN else { throw SystemError(call: "recvmsg", errno: EPIPE) }
            guard try await Reactor.shared.waitReadable(socket, until: deadline) == .ready else {
                throw SystemError(call: "recvmsg", errno: ETIMEDOUT)
            }
        }
    }

    /// True once the other side is closed everywhere.
    var isHungUp: Bool {
        var request = pollfd(fd: socket.raw, events: 0, revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Waits for the sockets of the call's destinations.
    ///
    /// - Returns: The sockets, or the message that init gave instead; nil if it went.
    func listeners(
        _ count: Int, until deadline: ContinuousClock.Instant
    ) async throws(SystemError) -> Result<[SharedDescriptor], Failed>? {
        while true {
            var received = message()
            var descriptors = [Int32](repeating: -1, count: count)
            var found = 0
            let size = cs_receive(
                socket.raw, &received, MemoryLayout<message>.size, &descriptors, count, &found, 1)
            let sockets = descriptors.prefix(found).map { Descriptor(owning: $0).shared() }
            if size == MemoryLayout<message>.size {
                switch received.kind {
                case MESSAGE_LISTENING.rawValue where sockets.count == count: return .success(sockets)
                case MESSAGE_FAILED.rawValue: return .failure(Failed(message: received))
                case MESSAGE_READY.rawValue where sockets.isEmpty: continue
                default: return nil
                }
            }
            guard size < 0, errno == EAGAIN else { return nil }
            guard try await Reactor.shared.waitReadable(socket, until: deadline) == .ready else { return nil }
        }
    }

    /// What init said of a step that failed.
    struct Failed: Error {
        let message: message
    }

    /// What a wait for the next message came to.
    enum Answer {
        case message(message)
        /// What it heard of the call.
        case notice(notice)
        /// init went, or was killed.
        case end
        case deadlinePassed
        case cancelled
    }

    /// The next message of init. A message that is not one, from whoever took init over, is its end.
    func next(until deadline: ContinuousClock.Instant?) async throws(SystemError) -> Answer {
        var wasReset = false
        while true {
            // A notice begins with its message.
            var received = notice()
            var count = 0
            var none: Int32 = -1
            let size = cs_receive(socket.raw, &received, MemoryLayout<notice>.size, &none, 0, &count, 1)
            let isNotice = received.message.kind == MESSAGE_NOTICE.rawValue
            if size == MemoryLayout<notice>.size, isNotice { return .notice(received) }
            if size == MemoryLayout<message>.size, !isNotice { return .message(received.message) }
            if size < 0, errno == ECONNRESET, !wasReset {
                // It went without reading its plan, and why it did is still to be read.
                wasReset = true
                continue
            }
            guard size < 0, errno == EAGAIN else { return .end }
            switch try await Reactor.shared.waitReadable(socket, until: deadline) {
            case .ready: continue
            case .deadlinePassed: return .deadlinePassed
            case .cancelled: return .cancelled
            }
        }
    }
}

/// A process of ours that serves one call.
protocol BoxProcess: Sendable {
    var control: ControlSocket { get }
    /// What the processes of the call are in, where there is one.
    var group: HeldControlGroup? { get }
    /// Ends the call, and every process that it started.
    func kill()
    /// The call is over, and what serves it goes by itself.
    func letGo()
    /// Waits until nothing of it is left. Also in a cancelled task.
    func reap() async throws(SystemError) -> cs_exit
}
