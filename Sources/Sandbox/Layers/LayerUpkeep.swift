import LinuxIO

/// What no call waits for: it removes the layers that are over, and makes the next one ahead. One after the other, in the
/// background.
final class LayerUpkeep: Sendable {
    private let layers: SharedDescriptor
    private let state = Locked(State())

    private struct State {
        var blank: BlankLayer?
        var retired = 0
        var isFinished = false
        var last: Task<Void, Never>?
    }

    init(_ layers: SharedDescriptor) { self.layers = layers }

    /// A layer that lies ready, for one call.
    func takeBlank() -> BlankLayer? { state.withLock { $0.blank.take() } }

    /// Removes a layer. A run that has had two will have more: then the next one is made.
    func retire(_ name: String) {
        later { [self] in
            // One that cannot be removed now is left to `recover`.
            try? TreeRemoval.remove(name, from: layers)
            let isWanted = state.withLock { state in
                state.retired += 1
                return state.retired > 1 && state.blank == nil && !state.isFinished
            }
            // Without one the next call makes its own, or says what is wrong.
            guard isWanted, let blank = try? BlankLayer(in: layers) else { return }
            state.withLock { $0.blank = blank }
        }
    }

    /// Returns when nothing is left to do.
    func settle() async {
        var settled: Task<Void, Never>?
        while let last = state.withLock({ $0.last }), last != settled {
            await last.value
            settled = last
        }
    }

    /// Removes what lies ready. No layer is made any more.
    func finish() async {
        state.withLock { $0.isFinished = true }
        await settle()
        guard takeBlank() != nil else { return }
        await BlockingPool.shared.run { [layers] in try? TreeRemoval.remove(BlankLayer.name, from: layers) }
    }

    private func later(_ work: @escaping @Sendable () -> Void) {
        state.withLock { state in
            let previous = state.last
            state.last = Task {
                await previous?.value
                await BlockingPool.shared.run(work)
            }
        }
    }
}
