import LinuxIO

/// Keeps publications and mounted overlays of one run apart: changing the lower tree of a mounted overlay is undefined
/// (Documentation/filesystems/overlayfs.rst, "Changes to underlying filesystems").
///
/// Overlays share the gate, a publication has it alone. Who waits is served in order, so that neither starves. Waiting
/// ends with `CancellationError` when the task is cancelled. Copied layers do not hold it while their call runs.
package final class LayerGate: Sendable {
    private let state = Locked(State())

    package init() {}

    /// A right to pass. Give it back with `leave`, once.
    package struct Pass: Sendable {
        fileprivate let isAlone: Bool
    }

    /// Waits until no publication is under way or waiting.
    package func enterShared() async throws(CancellationError) -> Pass { try await enter(alone: false) }

    /// Waits until nobody else is inside.
    package func enterAlone() async throws(CancellationError) -> Pass { try await enter(alone: true) }

    /// Gives a pass back and lets in who is next.
    package func leave(_ pass: Pass) {
        let admitted = state.withLock { state in
            if pass.isAlone { state.isAlone = false } else { state.shared -= 1 }
            return state.admit()
        }
        for waiter in admitted { waiter.continuation.resume(returning: true) }
    }

    /// How many wait.
    var waitingCount: Int { state.withLock { $0.waiting.count } }

    private func enter(alone: Bool) async throws(CancellationError) -> Pass {
        let number = state.withLock { state in
            state.lastNumber += 1
            return state.lastNumber
        }
        let entered = await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Bool, Never>) in
                let admitted = state.withLock { state in
                    state.waiting.append(Waiter(number: number, alone: alone, continuation: continuation))
                    // The handler may have run before there was anything to cancel.
                    return Task.isCancelled ? state.remove(number) : state.admit()
                }
                Self.resume(admitted, cancelled: number)
            }
        } onCancel: {
            let admitted = state.withLock { $0.remove(number) }
            Self.resume(admitted, cancelled: number)
        }
        if !entered { throw CancellationError() }
        return Pass(isAlone: alone)
    }

    /// A removed waiter comes back marked; everybody else in the list was admitted.
    private static func resume(_ waiters: [Waiter], cancelled number: UInt64) {
        for waiter in waiters { waiter.continuation.resume(returning: !waiter.isRemoved) }
    }

    private struct Waiter: Sendable {
        let number: UInt64
        let alone: Bool
        let continuation: CheckedContinuation<Bool, Never>
        var isRemoved = false
    }

    private struct State {
        var lastNumber: UInt64 = 0
        var shared = 0
        var isAlone = false
        var waiting: [Waiter] = []

        /// Takes everybody who may pass now off the head of the queue.
        mutating func admit() -> [Waiter] {
            var admitted: [Waiter] = []
            while let first = waiting.first, !isAlone, !first.alone || shared == 0 {
                if first.alone { isAlone = true } else { shared += 1 }
                admitted.append(waiting.removeFirst())
            }
            return admitted
        }

        /// Takes one waiter out, which may let those behind it pass.
        mutating func remove(_ number: UInt64) -> [Waiter] {
            guard let position = waiting.firstIndex(where: { $0.number == number }) else { return [] }
            var removed = waiting.remove(at: position)
            removed.isRemoved = true
            return [removed] + admit()
        }
    }
}
