import CSandbox
import Glibc

/// How a wait ended.
package enum Readiness: Hashable, Sendable {
    case ready
    case deadlinePassed
    /// The waiting task was cancelled.
    case cancelled
}

/// One thread in `epoll_wait` that resumes whoever waits for a descriptor or a moment.
///
/// Any number of tasks may wait on one descriptor, for reading and for writing. A descriptor is known to the kernel's
/// set only while somebody waits, armed for one event: a number that is closed and used again cannot wake the wrong
/// one. The caller keeps the descriptor open while it waits.
package final class Reactor: Sendable {
    /// The process's own; its thread starts with the first wait.
    package static let shared = Reactor()

    private let epoll: Int32
    /// Armed for the earliest deadline by whoever brings it: the thread need not be woken to hear of it.
    private let timer: Int32
    private let state: Locked<ReactorState>

    private init() {
        epoll = epoll_shim_create()
        timer = timer_shim_create()
        state = Locked(ReactorState())
        // Without them nothing could ever wait: there is no way to go on, and no caller to tell.
        precondition(
            epoll >= 0 && timer >= 0, "no descriptors for the event loop: \(SystemError.last("epoll_create1"))")
        let armed = epoll_shim_add_level(epoll, timer, ReactorState.timerToken)
        precondition(armed == 0, "cannot arm the event loop: \(SystemError.last("epoll_ctl"))")
        startThread(named: "agentbox-epoll") { [self] in loop() }
    }

    /// Returns once `read` would not block (data, end of file, hang-up), the deadline passed or the task is cancelled.
    package func waitReadable(
        _ descriptor: borrowing some OpenDescriptor & ~Copyable, until deadline: ContinuousClock.Instant? = nil
    ) async throws(SystemError) -> Readiness {
        try await wait(descriptor.raw, .readable, deadline)
    }

    /// Returns once `write` would not block, the deadline passed or the task is cancelled.
    package func waitWritable(
        _ descriptor: borrowing some OpenDescriptor & ~Copyable, until deadline: ContinuousClock.Instant? = nil
    ) async throws(SystemError) -> Readiness {
        try await wait(descriptor.raw, .writable, deadline)
    }

    /// Returns once the process behind a pidfd has ended; it remains to be reaped by its parent.
    package func waitExit(
        _ process: borrowing some OpenDescriptor & ~Copyable, until deadline: ContinuousClock.Instant? = nil
    ) async throws(SystemError) -> Readiness {
        try await wait(process.raw, .readable, deadline)
    }

    /// Returns once `read` would not block (or a pidfd's process has ended), also in a task that was cancelled: for
    /// cleaning up what is certain to come to an end.
    @discardableResult
    package func waitReadableRegardless(
        _ descriptor: borrowing some OpenDescriptor & ~Copyable, until deadline: ContinuousClock.Instant? = nil
    ) async throws(SystemError) -> Readiness {
        try await wait([descriptor.raw], .readable, deadline, isCancellable: false)
    }

    /// The same of several descriptors: it returns once one of them is ready.
    @discardableResult
    package func waitReadableRegardless(
        any descriptors: [SharedDescriptor], until deadline: ContinuousClock.Instant? = nil
    ) async throws(SystemError) -> Readiness {
        try await wait(descriptors.map(\.raw), .readable, deadline, isCancellable: false)
    }

    /// Calls `handler` on the reactor's thread, which it may not block, once `read` would not block or the deadline has
    /// passed; false if nobody will, since the descriptor cannot be waited for. Cheaper than a task that waits.
    package func whenReadable(
        _ descriptor: SharedDescriptor, until deadline: ContinuousClock.Instant?,
        _ handler: @escaping @Sendable (Readiness) -> Void
    ) -> Bool {
        state.withLock { state in
            let waiter = Waiter()
            waiter.phase = .waiting
            // The descriptor stays open while it is waited for.
            waiter.listener = .handler { readiness in withExtendedLifetime(descriptor) { handler(readiness) } }
            guard state.register(waiter, fd: descriptor.raw, .readable, epoll: epoll) == 0 else { return false }
            if let deadline, state.schedule(waiter, at: deadline) == .earliestDeadline { arm(state) }
            return true
        }
    }

    /// Returns at the moment, `.deadlinePassed`, or before it, `.cancelled`.
    @discardableResult
    package func sleep(until deadline: ContinuousClock.Instant) async -> Readiness {
        await suspend { waiter, state in state.schedule(waiter, at: deadline) }
    }

    private func wait(
        _ fd: Int32, _ direction: Direction, _ deadline: ContinuousClock.Instant?
    ) async throws(SystemError) -> Readiness {
        try await wait([fd], direction, deadline)
    }

    private func wait(
        _ fds: [Int32], _ direction: Direction, _ deadline: ContinuousClock.Instant?, isCancellable: Bool = true
    ) async throws(SystemError) -> Readiness {
        let failure = Locked<SystemError?>(nil)
        let readiness = await suspend(isCancellable: isCancellable) { [epoll] waiter, state in
            for fd in fds {
                let problem = state.register(waiter, fd: fd, direction, epoll: epoll)
                guard problem != 0 else { continue }
                // Files and directories are always ready, says epoll by EPERM.
                if problem != EPERM {
                    failure.withLock {
                        $0 = SystemError(call: "epoll_ctl", errno: problem, subject: "descriptor \(fd)")
                    }
                }
                return .alreadyReady
            }
            return deadline.map { state.schedule(waiter, at: $0) } ?? .registered
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return readiness
    }

    /// Suspends the task until the waiter that `register` has put on record is resumed.
    private func suspend(
        isCancellable: Bool = true, _ register: @Sendable (Waiter, inout ReactorState) -> Registration
    ) async -> Readiness {
        let waiter = Waiter()
        guard isCancellable else { return await suspend(waiter, register) }
        return await withTaskCancellationHandler {
            await suspend(waiter, register)
        } onCancel: {
            let listener = state.withLock { state in state.cancel(waiter, epoll: epoll) }
            listener?.hear(.cancelled)
        }
    }

    private func suspend(
        _ waiter: Waiter, _ register: @Sendable (Waiter, inout ReactorState) -> Registration
    ) async -> Readiness {
        await withCheckedContinuation { continuation in
            let registration: Registration? = state.withLock { state in
                // INVARIANT: `onCancel` marks the waiter under the same lock, so a cancellation is seen either here or
                // by `cancel`, never by neither.
                guard waiter.phase == .new else { return nil }
                waiter.phase = .waiting
                waiter.listener = .task(continuation)
                let registration = register(waiter, &state)
                switch registration {
                case .alreadyReady: state.forget(waiter, epoll: epoll)
                // Under the lock: the timer is armed for the deadline that is the earliest in the books.
                case .earliestDeadline: arm(state)
                case .registered: break
                }
                return registration
            }
            switch registration {
            case nil: continuation.resume(returning: .cancelled)
            case .alreadyReady: continuation.resume(returning: .ready)
            case .earliestDeadline, .registered: break
            }
        }
    }

    /// Has the timer go off at the earliest deadline, if there is one.
    private func arm(_ state: ReactorState) {
        guard let nanoseconds = state.nanosecondsToNextDeadline(now: .now) else { return }
        let armed = timer_shim_arm(timer, nanoseconds)
        precondition(armed == 0, "cannot arm the event loop's timer: \(SystemError.last("timerfd_settime"))")
    }

    private func loop() {
        let capacity = 64
        let ready = UnsafeMutablePointer<epoll_shim_ready>.allocate(capacity: capacity)
        ready.initialize(repeating: epoll_shim_ready(), count: capacity)
        while true {
            let count = epoll_shim_wait(epoll, ready, Int32(capacity))
            precondition(count >= 0 || errno == EINTR, "the event loop broke: \(SystemError.last("epoll_wait"))")
            let events = UnsafeBufferPointer(start: ready, count: max(0, Int(count)))
            let isTimeOver = events.contains { $0.token == ReactorState.timerToken }
            if isTimeOver { timer_shim_drain(timer) }
            let woken = state.withLock { state in
                var woken = state.collectReady(events, epoll: epoll)
                if isTimeOver {
                    woken += state.collectExpired(now: .now, epoll: epoll)
                    arm(state)
                }
                return woken
            }
            for (listener, readiness) in woken { listener.hear(readiness) }
        }
    }
}
