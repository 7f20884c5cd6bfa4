import Glibc
import LinuxIO
import Manifests

/// The write layers of one run: makes them, keeps their publications apart, and holds the run's folders for itself.
///
///     let layers = try RunLayers(runDirectory: run, workspace: workspace)
///     if let layer = try await layers.prepare(for: grants, profile: profile, owner: owner) {
///         …                                   // the call runs on `layer.mount`, until all of its processes are gone
///         let difference = try await layer.compare()
///         let outcome = await layer.publish(as: ChangeOrigin(tool: "fs.write", call: "17"))
///     }
package final class RunLayers: Sendable {
    package let workspace: WorkspaceRoot
    let folder: RunFolder
    let gate = LayerGate()
    private let lastNumber: Locked<Int>
    /// Of the change records: one publication at a time uses it.
    let lastRecord: Locked<Int>
    private let upkeep: LayerUpkeep

    /// Opens the folders of the run at `runDirectory`, which exists and is private; `run-in-use` if another process
    /// has them. What a crash left is for `recover` to clear away first.
    package init(runDirectory: String, workspace: WorkspaceRoot) throws(LayerError) {
        self.workspace = workspace
        folder = try RunFolder(runDirectory)
        upkeep = LayerUpkeep(folder.layers)
        do {
            let known = try folder.layers.names(atMost: .max).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
            lastNumber = Locked(known.max() ?? 0)
            lastRecord = Locked(try folder.changes.lastNumber())
        } catch {
            throw LayerError("list the layers of the run", error)
        }
    }

    deinit { close() }

    /// Makes the layer that a call needs; nil if its grants write nothing.
    ///
    /// Waits while something is being published, if the call needs an overlay; a cancelled task gets `cancelled`.
    package func prepare(
        for grants: [ResolvedGrant], profile: ResolvedProfile, owner: LayerOwner, limits: LayerLimits = LayerLimits()
    ) async throws(LayerError) -> WriteLayer? {
        try await prepare(
            for: grants, workspace: profile.workspace, view: profile.view, owner: owner, limits: limits)
    }

    /// The same, of what a profile shows of the workspace.
    package func prepare(
        for grants: [ResolvedGrant], workspace: SandboxProfile.Workspace, view: SandboxProfile.View = .shared,
        owner: LayerOwner, limits: LayerLimits = LayerLimits()
    ) async throws(LayerError) -> WriteLayer? {
        let mode = LayerMode(grants: grants, workspace: workspace, view: view)
        guard mode != .none else { return nil }
        var pass: LayerGate.Pass?
        if mode == .overlay || mode == .composed {
            do { pass = try await gate.enterShared() } catch { throw LayerError.cancelled }
        }
        do {
            let number = lastNumber.withLock { number in
                number += 1
                return number
            }
            let built = try await BlockingPool.shared.run { [self] () throws(LayerError) in
                try build(mode, number, grants, owner, limits)
            }
            return WriteLayer(built, run: self, grants: grants, limits: limits, pass: pass)
        } catch {
            if let pass { gate.leave(pass) }
            throw error
        }
    }

    /// Gives the run's folders up, so that its changes can be undone; without it, that happens when the last layer and
    /// this value are gone.
    package func close() { folder.unlock() }

    /// Returns when what publications left to be done after them is done.
    package func settle() async { await upkeep.settle() }

    /// The same, and no layer will be needed any more. To be called when the run ends.
    package func finish() async { await upkeep.finish() }

    /// Removes a layer that is over, some time.
    func retire(_ name: String) { upkeep.retire(name) }

    private func build(
        _ mode: LayerMode, _ number: Int, _ grants: [ResolvedGrant], _ owner: LayerOwner, _ limits: LayerLimits
    ) throws(LayerError) -> BuiltLayer {
        let name = RunFolder.name(of: number)
        let blank = upkeep.takeBlank()
        let layer: SharedDescriptor
        do {
            if let blank {
                try folder.layers.rename(BlankLayer.name, toFree: name)
                layer = blank.folder
            } else {
                try folder.layers.makeFolder(name, mode: 0o700)
                layer = try folder.layers.openBeneath(name, pathOnly | O_DIRECTORY).shared()
            }
        } catch {
            throw LayerError("make a layer", error)
        }
        let builder = LayerBuilder(folder: layer, workspace: workspace, owner: owner, blank: blank)
        // The blank one's are on the disk.
        let newFolders = blank == nil ? [layer, folder.layers] : []
        do {
            func built(
                _ mount: LayerMount, _ epoch: FileTime?, _ copies: [String: FileIdentity] = [:]
            ) -> BuiltLayer {
                BuiltLayer(
                    name: name, folder: layer, newFolders: newFolders, mode: mode, mount: mount, epoch: epoch,
                    copies: copies)
            }
            switch mode {
            case .overlay:
                let epoch = LayerEpoch.now(in: workspace, beside: layer)
                return built(try builder.overlay(), epoch)
            case .composed:
                let epoch = LayerEpoch.now(in: workspace, beside: layer)
                let (mount, copies) = try builder.composition(of: OwnNames(grants), limits: limits)
                return built(mount, epoch, copies)
            case .copied, .none:
                let (mount, copies) = try builder.copies(of: grants, limits: limits)
                return built(mount, nil, copies)
            }
        } catch {
            try? TreeRemoval.remove(name, from: folder.layers)
            throw error
        }
    }
}
