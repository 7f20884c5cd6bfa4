import Glibc
import LinuxIO

/// Publishes a set of changes: all of them, or none. Blocking; one at a time for a workspace.
///
/// What has to be on the disk before what, and nothing besides:
///
/// 1. The journal, the record, the old contents, the new ones beside their targets, and the names of all of these, in any
///    order among each other: one `FlushStage`.
/// 2. Then each step is one rename, checked before and after against the base that the call saw. The first that does not
///    fit takes all of them back. None is on the disk by itself: from the journal each can be taken back.
/// 3. Then the names of the steps, and that of the record, in any order among each other: the second `FlushStage`. Where
///    the power fails in between, it is the record that decides: without it `Reversal` takes back whatever step
///    reached the disk, with it `Redo` carries out whatever did not, for all that it needs was there before the first.
/// 4. At last, at any time, what is not needed any more goes.
struct Transaction {
    let workspace: WorkspaceRoot
    let plan: PublishPlan
    /// Where the journal lies.
    let folder: SharedDescriptor
    let changes: ChangeStore
    let record: ChangeRecord
    /// Folders whose names nobody flushed yet, by which the journal is found.
    var newFolders: [SharedDescriptor] = []

    /// What came of it.
    struct Result {
        let outcome: PublishOutcome
        /// False: something is left to do for the next start, which needs the journal for it.
        let isTidy: Bool
    }

    /// So many folders are held open to take steps back in, however they are moved meanwhile.
    private static let mostOpenFolders = 128

    private var stage: FlushStage { FlushStage(count: plan.steps.reduce(0) { $0 + $1.changes.count }) }

    func run() -> Result {
        let operations = plan.steps.map(\.operation)
        let journal: Journal
        do {
            let root = InodeNumber(workspace.identity)
            journal = try Journal(
                in: folder,
                JournalPlan(workspace: workspace.path, root: root, record: record.number, operations: operations))
        } catch {
            return Result(outcome: .failed(LayerError("write the journal of the publication", error)), isTidy: true)
        }
        var stamps: [FileStamp?] = []
        let folders = openFolders()
        var hasBegun = false
        var isConfirmed = false
        do {
            try prepare(journal, &stamps)
            hasBegun = true
            for step in plan.steps { try apply(step) }
            var flush = stage
            try flush.addFolders(of: plan.steps.map(\.operation), in: workspace)
            isConfirmed = true
            try changes.confirm(record.number, from: folder)
            try flush.addFolder(changes.folders.records)
            // INVARIANT: this is the moment from which on the publication counts.
            try flush.run()
        } catch {
            let rest = stamps + Array(repeating: nil, count: operations.count - stamps.count)
            let isDropped = !isConfirmed || drop()
            let undone = Reversal(workspace: workspace, folders: folders).run(operations, rest)
            let isTidy = undone.isEmpty && isDropped && (!hasBegun || flushReversal())
            if isTidy { try? folder.removeFile(Journal.name) }
            return Result(outcome: Self.outcome(of: error, undone), isTidy: isTidy)
        }
        // The committed state is on disk: what remains is tidying. Should that fail, the next start tries again.
        try? journal.settled()
        let isTidy = Reversal(workspace: workspace).tidy(operations, stamps) == nil
        return Result(outcome: .published(record), isTidy: isTidy)
    }

    /// Everything that the steps need, on the disk.
    private func prepare(_ journal: Journal, _ stamps: inout [FileStamp?]) throws {
        var flush = stage
        try keepContents(flushing: &flush)
        for step in plan.steps { stamps.append(try stage(step, flushing: &flush)) }
        try flush.add(changes.prepare(record, in: folder))
        try journal.staged(stamps)
        try flush.add(journal.file)
        for folder in newFolders { try flush.addFolder(folder) }
        try flush.addFolders(of: plan.steps.map(\.operation), in: workspace)
        try flush.run()
    }

    /// Before the steps are taken back: with its record on the disk, the next start would carry them out.
    private func drop() -> Bool {
        do {
            try changes.drop(record.number)
            try changes.folders.records.reopened(O_RDONLY | O_DIRECTORY).synchronize()
            return true
        } catch {
            return false
        }
    }

    /// Before the journal goes: a file system may have brought some of the steps to the disk by itself.
    private func flushReversal() -> Bool {
        do {
            var flush = stage
            try flush.addFolders(of: plan.steps.map(\.operation), in: workspace)
            try flush.run()
            return true
        } catch {
            return false
        }
    }

    private static func outcome(of error: any Error, _ undone: [String]) -> PublishOutcome {
        if !undone.isEmpty {
            let names = undone.map { "`\($0)`" }.joined(separator: ", ")
            return .failed(
                LayerError(
                    .systemFailure, "a publication failed and could not be taken back at \(names)",
                    remedy: "compare these files with the last commit", cause: error as? SystemError))
        }
        switch error {
        case let conflict as LayerConflict: return .conflict(path: conflict.path, reason: conflict.reason)
        case let error as LayerError: return .failed(error)
        case let error as SystemError: return .failed(LayerError("publish the changes", error))
        default: return .failed(LayerError(.systemFailure, "could not publish the changes: \(error)"))
        }
    }

    private func openFolders() -> [String: SharedDescriptor] {
        var folders: [String: SharedDescriptor] = [:]
        for step in plan.steps where folders.count < Self.mostOpenFolders {
            let name = step.operation.folder
            if folders[name] == nil { folders[name] = try? workspace.folder(of: step.operation) }
        }
        return folders
    }
}
