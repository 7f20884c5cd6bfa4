import CSandbox
import Glibc
import LinuxIO

/// Version 1 kills one process of a group whose memory is used up, and says so: the call is one thing, and what is left
/// of it would go on without a part, or answer with half a result. Version 2 kills it whole by itself.
///
/// Somebody always listens, so that a call pays for no more than saying who is to be told.
final class MemoryNotice: Sendable {
    private let event: SharedDescriptor
    private let state = Locked(State())

    private struct State {
        var listener: Task<Void, Never>?
        var handler: (@Sendable () -> Void)?
    }

    /// The kernel signals the eventfd from now on (`cgroup-v1/memory.rst`, 9 and 10).
    init(of memory: ControlGroupFolder) throws(SystemError) {
        let raw = eventfd_shim_create()
        guard raw >= 0 else { throw SystemError.last("eventfd") }
        event = Descriptor(owning: raw).shared()
        let file = try Descriptor.open("memory.oom_control", in: memory.descriptor, O_RDONLY)
        try memory.write("\(event.raw) \(file.raw)", to: "cgroup.event_control")
        listen()
    }

    deinit { state.withLock { $0.listener }?.cancel() }

    private func listen() {
        let event = event
        let state = state
        let listener = Task.detached {
            guard (try? await Reactor.shared.waitReadable(event)) == .ready else { return }
            state.withLock { $0.handler }?()
        }
        state.withLock { $0.listener = listener }
    }

    /// Has `handler` called once the memory is used up, at once if it is; nil: nobody any more.
    func notify(_ handler: (@Sendable () -> Void)?) {
        state.withLock { $0.handler = handler }
        if let handler, hasCome { handler() }
    }

    /// The kernel says so before it kills and counts, and the host may be quicker.
    var hasCome: Bool {
        var request = pollfd(fd: event.raw, events: Int16(POLLIN), revents: 0)
        return poll(&request, 1, 0) > 0
    }

    /// Forgets the last call's.
    func renew() {
        guard hasCome else { return }
        eventfd_shim_drain(event.raw)
        listen()
    }
}
