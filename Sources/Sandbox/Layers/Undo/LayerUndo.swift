import Glibc
import LinuxIO

/// What became of an undo.
package struct UndoReport: Sendable {
    /// What was done to the workspace, as a change of its own; nil if nothing was.
    package let record: ChangeRecord?
    /// Names that were left as they are, with the reason.
    package let conflicts: [UndoConflict]
}

extension RunLayers {
    /// Takes back what the run at `path` changed in its workspace, each name that still holds what the run left there.
    /// All of these together, or none; the undo is recorded, so that it can be shown. Blocking.
    ///
    /// - Parameter paths: Names to take back, with all beneath them; nil for everything.
    package static func undo(runDirectory path: String, paths: [String]? = nil) throws(LayerError) -> UndoReport {
        let run = try RunFolder(path)
        defer { run.unlock() }
        // What a crash left half done comes first.
        if let failure = try recover(run, path).failures.first {
            throw LayerError(.damagedRecord, "an interrupted publication could not be finished: \(failure)")
        }
        let records = try run.changes.records()
        guard let first = records.first else { return UndoReport(record: nil, conflicts: []) }
        let wanted = paths?.map { $0.split(separator: "/").filter { $0 != "." }.joined(separator: "/") }
        let net = NetChanges.of(records).filter { change in
            wanted?.contains { $0.isEmpty || HostPath.contains($0, change.path) } ?? true
        }
        do {
            let workspace = try WorkspaceRoot(recovering: first.workspace)
            let plan = try UndoPlan(net, workspace: workspace, changes: run.changes)
            guard !plan.planned.isEmpty else { return UndoReport(record: nil, conflicts: plan.conflicts) }
            let outcome = try run.publishUndo(plan, workspace)
            switch outcome {
            case .published(let record): return UndoReport(record: record, conflicts: plan.conflicts)
            case .conflict(let path, let reason):
                throw LayerError(.workspaceChanged, "nothing was taken back: `\(path)`: \(reason)")
            case .failed(let error): throw error
            }
        } catch let error as LayerError {
            throw error
        } catch let error as SystemError {
            throw LayerError("undo the changes of the run", error)
        } catch {
            throw LayerError(.systemFailure, "could not undo the changes of the run: \(error)")
        }
    }
}

extension RunFolder {
    /// The journal of an undo lies where those of layers do, so that a crash in the middle is recovered likewise.
    fileprivate func publishUndo(_ plan: UndoPlan, _ workspace: WorkspaceRoot) throws -> PublishOutcome {
        let known = try layers.names(atMost: .max).compactMap { Int(String(decoding: $0, as: UTF8.self)) }
        let name = RunFolder.name(of: (known.max() ?? 0) + 1)
        try layers.makeFolder(name, mode: 0o700)
        let folder = try layers.openBeneath(name, pathOnly | O_DIRECTORY).shared()
        let record = ChangeRecord(
            number: try changes.lastNumber() + 1, time: .now(), origin: .undo,
            workspace: workspace.path, changes: plan.planned.map(\.change))
        let steps: PublishPlan
        do {
            steps = try PublishPlan(plan.planned)
        } catch {
            try? TreeRemoval.remove(name, from: layers)
            throw error
        }
        let result = Transaction(
            workspace: workspace, plan: steps, folder: folder, changes: changes, record: record,
            newFolders: [folder, layers]
        ).run()
        if result.isTidy { try? TreeRemoval.remove(name, from: layers) }
        return result.outcome
    }
}
