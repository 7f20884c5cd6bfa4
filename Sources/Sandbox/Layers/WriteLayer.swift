import Glibc
import LinuxIO

/// Where one call writes: nothing of it is in the workspace until the host publishes it.
///
/// Used in order: `mount` while the call runs; then, when every process of the call is gone, `compare` (and `diff`), and
/// at the end `publish` or `discard`, which remove the layer. One that is let go without either is removed as well.
package final class WriteLayer: Sendable {
    package let mode: LayerMode
    /// What the call's view mounts at `/workspace`.
    package let mount: LayerMount
    private let built: BuiltLayer
    private let run: RunLayers
    private let grants: [ResolvedGrant]
    private let limits: LayerLimits
    private let state: Locked<State>

    private struct State {
        var pass: LayerGate.Pass?
        var comparison: LayerComparison?
        var isOver = false
    }

    init(_ built: BuiltLayer, run: RunLayers, grants: [ResolvedGrant], limits: LayerLimits, pass: LayerGate.Pass?) {
        self.built = built
        self.run = run
        self.grants = grants
        self.limits = limits
        mode = built.mode
        mount = built.mount
        state = Locked(State(pass: pass))
    }

    deinit {
        endCall()
        guard !state.withLock({ $0.isOver }) else { return }
        let (layers, name) = (run.folder.layers, built.name)
        Task { await BlockingPool.shared.run { try? TreeRemoval.remove(name, from: layers) } }
    }

    /// Compares what the call left with the workspace and with the call's grants. Nothing of it is changed, and a second
    /// time the answer is the same.
    package func compare() async throws(LayerError) -> LayerDifference {
        let comparison = try await comparison()
        return LayerDifference(changes: comparison.planned.map(\.change), violations: comparison.violations.all)
    }

    /// The difference of one change of `compare` as text.
    package func diff(of change: WorkspaceChange, limit: Int = FileDiff.largest) async throws(LayerError) -> FileDiff {
        let planned = try await comparison().planned.first { $0.change == change }
        guard let planned else { return FileDiff.none }
        let root = run.workspace.descriptor
        return try await BlockingPool.shared.run { () throws(LayerError) in
            let new: FileDiff.Side
            switch planned.source {
            case .file(let source): new = try FileDiff.side(of: source, size: change.newSize, limit)
            case .link(let text): new = .bytes(Array(text.utf8))
            case .directory, nil: new = .absent
            }
            if change.entry == .link { return FileDiff(change, old: .absent, new: new) }
            let hasOld = change.oldDigest != nil
            let source = ContentSource(folder: root, path: change.path)
            let old: FileDiff.Side = hasOld ? try FileDiff.side(of: source, size: change.oldSize, limit) : .absent
            return FileDiff(change, old: old, new: change.kind == .modeChanged ? old : new)
        }
    }

    /// Publishes every covered change, or none, and removes the layer.
    ///
    /// Waits until no overlay of the run is mounted. Once begun, it is not interrupted by a cancellation.
    package func publish(as origin: ChangeOrigin) async -> PublishOutcome {
        let comparison: LayerComparison
        do { comparison = try await self.comparison() } catch { return await failed(error) }
        // Parts of a repository mean something together only: an index whose objects were discarded loses work.
        if let path = comparison.violations.inRepository, grants.contains(where: { $0.gitPart != nil }) {
            return await failed(
                LayerError(
                    .repositoryViolation,
                    "the call changed `\(path)`, which its `git` grants do not cover: nothing of it was published"))
        }
        guard begin() else {
            return .failed(LayerError(.outOfOrder, "the layer was published or discarded before"))
        }
        guard !comparison.planned.isEmpty || comparison.conflict != nil else {
            run.retire(built.name)
            return .published(nil)
        }
        guard let pass = try? await run.gate.enterAlone() else { return await failed(.cancelled) }
        let result = await BlockingPool.shared.run { [self] in publish(comparison, origin) }
        run.gate.leave(pass)
        // A publication that could not be tidied up or taken back is left to `recover`.
        if result.isTidy { run.retire(built.name) }
        return result.outcome
    }

    /// Returns when what publications of the run left to be done is done.
    func settle() async { await run.settle() }

    /// Removes the layer; nothing is published.
    package func discard() async {
        endCall()
        if begin() { await remove() }
    }

    /// Returns when the layer holds more than `LayerLimits` allow, or when the task is cancelled: race it with the
    /// call, and end a call that is over. It looks twenty times a second, so what a call writes within a twentieth of a
    /// second is what it can exceed the limit by.
    package func waitUntilTooLarge() async -> Bool {
        let (roots, limits) = (roots, limits)
        while (try? await Task.sleep(for: .milliseconds(50))) != nil {
            if await BlockingPool.shared.run({ LayerUsage.exceeds(limits, beneath: roots) }) { return true }
        }
        return false
    }

    /// The trees that the call writes to, the one that stands for the workspace first.
    private var roots: [SharedDescriptor] {
        switch mount {
        case .copied(let tree): [tree]
        case .overlay(_, let upper, _): [upper]
        case .composed(let tree, let folders): [tree] + folders.compactMap(\.changes?.upper)
        }
    }

    private var folders: [LayerFolder] {
        if case .composed(_, let folders) = mount { folders } else { [] }
    }

    private func comparison() async throws(LayerError) -> LayerComparison {
        endCall()
        let known = state.withLock { (comparison: $0.comparison, isOver: $0.isOver) }
        if let comparison = known.comparison { return comparison }
        guard !known.isOver, let root = roots.first else {
            throw LayerError(.outOfOrder, "the layer was published or discarded before")
        }
        let fresh = LayerComparison(
            grants: grants, workspace: run.workspace, layer: root, limits: limits,
            epoch: built.epoch, copies: built.copies, folders: folders)
        let mode = mode
        let made = try await BlockingPool.shared.run { () throws(LayerError) in
            var comparison = fresh
            try comparison.run(mode)
            return comparison
        }
        state.withLock { $0.comparison = made }
        return made
    }

    private func publish(_ comparison: LayerComparison, _ origin: ChangeOrigin) -> Transaction.Result {
        if let conflict = comparison.conflict {
            return Transaction.Result(outcome: .conflict(path: conflict.path, reason: conflict.reason), isTidy: true)
        }
        do {
            // Attack: the journal of one that failed, found later, would be carried out by another's record of its number.
            let number = run.lastRecord.withLock { last in
                last += 1
                return last
            }
            let record = ChangeRecord(
                number: number, time: .now(), origin: origin,
                workspace: run.workspace.path, changes: comparison.planned.map(\.change))
            return Transaction(
                workspace: run.workspace, plan: try PublishPlan(comparison.planned), folder: built.folder,
                changes: run.folder.changes, record: record, newFolders: built.newFolders
            ).run()
        } catch {
            return Transaction.Result(outcome: .conflict(path: error.path, reason: error.reason), isTidy: true)
        }
    }

    /// The call is over and its mounts are gone: publications need not wait for it any more.
    private func endCall() {
        let pass = state.withLock { state in
            defer { state.pass = nil }
            return state.pass
        }
        if let pass { run.gate.leave(pass) }
    }

    /// True once: whoever gets it removes the layer.
    private func begin() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }

    private func failed(_ error: LayerError) async -> PublishOutcome {
        if begin() || error.reason == .cancelled { await remove() }
        return .failed(error)
    }

    private func remove() async {
        let (layers, name) = (run.folder.layers, built.name)
        // One that cannot be removed now is left to `recover`.
        await BlockingPool.shared.run { try? TreeRemoval.remove(name, from: layers) }
    }
}
