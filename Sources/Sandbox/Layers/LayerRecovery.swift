import Glibc
import LinuxIO

/// What was found of publications that a crash interrupted.
package struct LayerRecovery: Hashable, Sendable {
    /// Layers that were finished: their change record is on the disk.
    package var completed = 0
    /// Layers whose renames were taken back.
    package var rolledBack = 0
    /// Paths in a workspace that somebody changed after the crash: they were left as they are.
    package var unresolved: [String] = []
    /// Publications that could not be looked into, with the reason: the next start tries again.
    package var failures: [String] = []
}

extension RunLayers {
    /// Finishes or takes back what a crash left of the run at `path`, and removes its layers. To be called at the start
    /// for every run that is not over; a run that lives is left alone with `run-in-use`. Blocking.
    @discardableResult
    package static func recover(runDirectory path: String) throws(LayerError) -> LayerRecovery {
        let run = try RunFolder(path)
        defer { run.unlock() }
        return try recover(run, path)
    }

    /// The same, of folders that are held already.
    static func recover(_ run: RunFolder, _ path: String) throws(LayerError) -> LayerRecovery {
        var recovery = LayerRecovery()
        let names: [[UInt8]]
        do {
            names = try run.layers.names(atMost: .max)
        } catch {
            throw LayerError("list the layers of the run `\(path)`", error)
        }
        for bytes in names {
            let name = String(decoding: bytes, as: UTF8.self)
            // One that lay ready may have got its number shortly before the power failed.
            guard Int(name) != nil || name == BlankLayer.name else { continue }
            do {
                let layer = try run.layers.openBeneath(name, pathOnly | O_DIRECTORY).shared()
                try recover(layer, run.changes, &recovery)
                try TreeRemoval.remove(name, from: run.layers)
            } catch {
                recovery.failures.append("layer \(name) of `\(path)`: \(error)")
            }
        }
        return recovery
    }

    private static func recover(
        _ layer: SharedDescriptor, _ changes: ChangeStore, _ recovery: inout LayerRecovery
    ) throws {
        guard let journal = try Journal.read(in: layer) else { return }
        // The journal's own path: the workspace has to be the very folder that it was.
        let workspace = try WorkspaceRoot(recovering: journal.plan.workspace)
        guard InodeNumber(workspace.identity) == journal.plan.root else {
            throw LayerError(.damagedRecord, "the workspace `\(journal.plan.workspace)` is another folder now")
        }
        let operations = journal.plan.operations
        let stamps = journal.stamps ?? operations.map { _ in nil }
        if try changes.isConfirmed(journal.plan.record) {
            if !journal.isSettled { recovery.unresolved += Redo(workspace: workspace).run(operations, stamps) }
            if let problem = Reversal(workspace: workspace).tidy(operations, stamps) { throw problem }
            recovery.completed += 1
        } else {
            recovery.unresolved += Reversal(workspace: workspace).run(operations, stamps)
            try changes.drop(journal.plan.record)
            recovery.rolledBack += 1
        }
        // Before the journal goes. A folder that was moved since is somebody else's now.
        var flush = FlushStage(count: operations.count)
        try flush.addFolders(of: operations, in: workspace, skipsMoved: true)
        try flush.run()
    }
}
