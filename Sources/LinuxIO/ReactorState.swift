import CSandbox
import Glibc

/// What a task waits for on a descriptor.
enum Direction: Hashable {
    case readable, writable
}

/// What became of a wait that was to be put on record.
enum Registration: Hashable {
    case registered
    /// Registered, and its deadline is now the first: the timer has to be armed for it.
    case earliestDeadline
    case alreadyReady
}

/// Who hears how a wait ended.
enum Listener {
    case task(CheckedContinuation<Readiness, Never>)
    /// Called on the reactor's thread.
    case handler(@Sendable (Readiness) -> Void)

    func hear(_ readiness: Readiness) {
        switch self {
        case .task(let continuation): continuation.resume(returning: readiness)
        case .handler(let handler): handler(readiness)
        }
    }
}

/// One wait. Touched only under the reactor's lock.
final class Waiter: @unchecked Sendable {
    enum Phase { case new, waiting, done }

    var phase = Phase.new
    var listener: Listener?
    /// Those that it waits for; the first that is ready ends the wait.
    var fds: [Int32] = []
    var deadline: ContinuousClock.Instant?
}

/// The reactor's books: who waits for what. Every method runs under the reactor's lock.
struct ReactorState {
    typealias Woken = (Listener, Readiness)

    /// Those who wait on one descriptor. `generation` tells its events from those of an earlier use of the number.
    private struct Interest {
        var generation: UInt32
        var readers: [Waiter] = []
        var writers: [Waiter] = []

        var isEmpty: Bool { readers.isEmpty && writers.isEmpty }
        var events: UInt32 {
            (readers.isEmpty ? 0 : UInt32(EPOLL_SHIM_READABLE.rawValue))
                | (writers.isEmpty ? 0 : UInt32(EPOLL_SHIM_WRITABLE.rawValue))
        }
    }

    static let timerToken = UInt64.max

    private var interests: [Int32: Interest] = [:]
    private var generation: UInt32 = 0
    private var deadlines = DeadlineHeap()

    /// Puts `waiter` on record for `fd` and arms it. 0, or the errno of `epoll_ctl`.
    mutating func register(_ waiter: Waiter, fd: Int32, _ direction: Direction, epoll: Int32) -> Int32 {
        let isNew = interests[fd] == nil
        if isNew { generation &+= 1 }
        var interest = interests[fd] ?? Interest(generation: generation)
        switch direction {
        case .readable: interest.readers.append(waiter)
        case .writable: interest.writers.append(waiter)
        }
        waiter.fds.append(fd)
        interests[fd] = interest
        let problem = arm(fd, interest, isNew: isNew, epoll: epoll)
        if problem != 0 { drop(waiter, epoll: epoll) }
        return problem
    }

    /// Wakes `waiter` at `deadline` at the latest.
    mutating func schedule(_ waiter: Waiter, at deadline: ContinuousClock.Instant) -> Registration {
        waiter.deadline = deadline
        return deadlines.insert(waiter, at: deadline) ? .earliestDeadline : .registered
    }

    /// Takes `waiter` off the record; its listener is the caller's to tell.
    mutating func forget(_ waiter: Waiter, epoll: Int32) {
        _ = finish(waiter, epoll: epoll)
    }

    /// Ends a wait from outside. Nil if it had not begun or was over.
    mutating func cancel(_ waiter: Waiter, epoll: Int32) -> Listener? {
        guard waiter.phase == .waiting else {
            waiter.phase = .done
            return nil
        }
        return finish(waiter, epoll: epoll)
    }

    /// Those whose descriptor became ready. What others wait for on the same descriptor is armed again.
    mutating func collectReady(_ events: UnsafeBufferPointer<epoll_shim_ready>, epoll: Int32) -> [Woken] {
        var woken: [Woken] = []
        for event in events where event.token != Self.timerToken {
            let fd = Int32(truncatingIfNeeded: event.token)
            guard var interest = interests[fd], interest.generation == UInt32(truncatingIfNeeded: event.token >> 32)
            else { continue }
            var ready: [Waiter] = []
            if event.events & UInt32(EPOLL_SHIM_READABLE.rawValue) != 0 {
                ready += interest.readers
                interest.readers = []
            }
            if event.events & UInt32(EPOLL_SHIM_WRITABLE.rawValue) != 0 {
                ready += interest.writers
                interest.writers = []
            }
            update(fd, interest, epoll: epoll)
            for waiter in ready {
                waiter.fds.removeAll { $0 == fd }
                if let listener = finish(waiter, epoll: epoll) { woken.append((listener, .ready)) }
            }
        }
        return woken
    }

    /// Those whose deadline has passed.
    mutating func collectExpired(now: ContinuousClock.Instant, epoll: Int32) -> [Woken] {
        var woken: [Woken] = []
        while let waiter = deadlines.popFirst(before: now) {
            waiter.deadline = nil
            if let listener = finish(waiter, epoll: epoll) { woken.append((listener, .deadlinePassed)) }
        }
        return woken
    }

    /// Rounded up, so that the timer never goes off just before one; nil without a deadline.
    func nanosecondsToNextDeadline(now: ContinuousClock.Instant) -> Int64? {
        guard let first = deadlines.first else { return nil }
        let (seconds, attoseconds) = max(.zero, now.duration(to: first)).components
        // It looks again after some thirty years.
        return min(seconds, 1_000_000_000) * 1_000_000_000 + (attoseconds + 999_999_999) / 1_000_000_000
    }

    private mutating func finish(_ waiter: Waiter, epoll: Int32) -> Listener? {
        waiter.phase = .done
        drop(waiter, epoll: epoll)
        if waiter.deadline != nil {
            waiter.deadline = nil
            deadlines.noteRemoval()
        }
        return waiter.listener.take()
    }

    private mutating func drop(_ waiter: Waiter, epoll: Int32) {
        for fd in waiter.fds {
            guard var interest = interests[fd] else { continue }
            interest.readers.removeAll { $0 === waiter }
            interest.writers.removeAll { $0 === waiter }
            update(fd, interest, epoll: epoll)
        }
        waiter.fds = []
    }

    private mutating func update(_ fd: Int32, _ interest: Interest, epoll: Int32) {
        if interest.isEmpty {
            interests[fd] = nil
            // EBADF or ENOENT if the owner closed it meanwhile: then it is out of the set already.
            _ = epoll_shim_remove(epoll, fd)
        } else {
            interests[fd] = interest
            _ = arm(fd, interest, isNew: false, epoll: epoll)
        }
    }

    private func arm(_ fd: Int32, _ interest: Interest, isNew: Bool, epoll: Int32) -> Int32 {
        let token = UInt64(interest.generation) << 32 | UInt64(UInt32(bitPattern: fd))
        func add() -> Int32 { epoll_shim_add(epoll, fd, interest.events, token) == 0 ? 0 : errno }
        func modify() -> Int32 { epoll_shim_modify(epoll, fd, interest.events, token) == 0 ? 0 : errno }
        // The set can disagree with the books: the number was closed and opened again, or a duplicate outlived it.
        let first = isNew ? add() : modify()
        switch first {
        case EEXIST: return modify()
        case ENOENT: return add()
        default: return first
        }
    }
}
