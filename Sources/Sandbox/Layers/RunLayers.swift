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

    /// Opens the folders of the run at `runDirectory`, which exists and is private; `run-in-use` if another process
    /// has them. What a crash left is for `recover` to clear away first.
    package init(runDirectory: String, workspace: WorkspaceRoot) throws(LayerError) {
        self.workspace = workspace
        folder = try RunFolder(runDirectory)
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
                try build(mode, RunFolder.name(of: number), grants, owner, limits)
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

    private func build(
        _ mode: LayerMode, _ name: String, _ grants: [ResolvedGrant], _ owner: LayerOwner, _ limits: LayerLimits
    ) throws(LayerError) -> BuiltLayer {
        let layer: SharedDescriptor
        do {
            try folder.layers.makeFolder(name, mode: 0o700)
            layer = try folder.layers.openBeneath(name, pathOnly | O_DIRECTORY).shared()
        } catch {
            throw LayerError("make a layer", error)
        }
        let builder = LayerBuilder(folder: layer, workspace: workspace, owner: owner)
        do {
            let epoch = LayerEpoch.now(in: workspace)
            if mode == .overlay {
                return BuiltLayer(name: name, folder: layer, mode: mode, mount: try builder.overlay(), epoch: epoch)
            }
            if mode == .composed {
                let (mount, copies) = try builder.composition(of: OwnNames(grants), limits: limits)
                return BuiltLayer(name: name, folder: layer, mode: mode, mount: mount, epoch: epoch, copies: copies)
            }
            let (mount, copies) = try builder.copies(of: grants, limits: limits)
            return BuiltLayer(name: name, folder: layer, mode: mode, mount: mount, epoch: epoch, copies: copies)
        } catch {
            try? TreeRemoval.remove(name, from: folder.layers)
            throw error
        }
    }
}

/// A layer's folders, made and handed to the call's user.
struct BuiltLayer: Sendable {
    let name: String
    let folder: SharedDescriptor
    let mode: LayerMode
    let mount: LayerMount
    let epoch: FileTime
    /// Of a layer of copies: how each was when the call got it.
    var copies: [String: FileIdentity] = [:]
}
