/// How many calls of one run proceed at once, and how many may wait. Beyond that a call is refused at once: an agent
/// that floods the registry slows itself down, not the host.
package actor Admission {
    /// Calls that run at the same time.
    package let concurrent: Int
    /// Calls that wait for a place.
    package let queued: Int

    private var running = 0
    private var waiting: [(id: UInt64, continuation: CheckedContinuation<Bool, Never>)] = []
    private var nextWaiter: UInt64 = 0

    package init(concurrent: Int = 16, queued: Int = 256) {
        self.concurrent = concurrent
        self.queued = queued
    }

    /// Waits for a place.
    ///
    /// Every call that this lets through has to `leave()`.
    package func enter() async throws(Refusal) {
        if running < concurrent {
            running += 1
            return
        }
        guard waiting.count < queued else {
            throw Refusal(
                .tooManyCalls,
                "\(running) calls are running and \(waiting.count) wait; send fewer calls at once")
        }
        nextWaiter += 1
        let id = nextWaiter
        let admitted = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled {
                    continuation.resume(returning: false)
                } else {
                    waiting.append((id, continuation))
                }
            }
        } onCancel: {
            Task { await self.abandon(id) }
        }
        guard admitted else {
            throw Refusal(.cancelled, "the call was cancelled while it waited")
        }
    }

    /// Gives the place to the call that waited longest.
    package func leave() {
        if waiting.isEmpty {
            running -= 1
        } else {
            waiting.removeFirst().continuation.resume(returning: true)
        }
    }

    private func abandon(_ id: UInt64) {
        guard let position = waiting.firstIndex(where: { $0.id == id }) else { return }
        waiting.remove(at: position).continuation.resume(returning: false)
    }
}
