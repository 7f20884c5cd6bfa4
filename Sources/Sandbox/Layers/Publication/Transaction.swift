import Glibc
import LinuxIO

/// Publishes a set of changes: all of them, or none. Blocking; one at a time for a workspace.
///
/// Every content is written and synced beside its target first. Then, with the journal on disk, each step is one rename,
/// checked before and after against the base that the call saw. The first that does not fit takes all of them back.
struct Transaction {
    let workspace: WorkspaceRoot
    let plan: PublishPlan
    /// Where the journal lies.
    let folder: SharedDescriptor
    let changes: ChangeStore
    let record: ChangeRecord

    /// So many folders are held open to take steps back in, however they are moved meanwhile.
    private static let mostOpenFolders = 128

    /// Above this many files one sync of the file system is cheaper than one each.
    private static let mostSingleSyncs = 16

    var syncsAtOnce: Bool { plan.steps.reduce(0) { $0 + $1.changes.count } > Self.mostSingleSyncs }

    func run() -> PublishOutcome {
        let operations = plan.steps.map(\.operation)
        let journal: Journal
        do {
            let root = InodeNumber(workspace.identity)
            journal = try Journal(
                in: folder,
                JournalPlan(workspace: workspace.path, root: root, record: record.number, operations: operations))
        } catch {
            return .failed(LayerError("write the journal of the publication", error))
        }
        var stamps: [FileStamp?] = []
        let folders = openFolders()
        do {
            try keepContents()
            for step in plan.steps { stamps.append(try stage(step)) }
            if syncsAtOnce {
                try changes.synchronizeFileSystem()
                try workspace.synchronizeFileSystem()
            }
            try changes.prepare(record)
            try journal.staged(stamps)
            for step in plan.steps { try apply(step) }
            try settle()
            // INVARIANT: this is the moment from which on the publication counts.
            try changes.confirm(record.number)
        } catch {
            // The record first: were it confirmed after all, the next start would finish what is taken back here.
            try? changes.drop(record.number)
            let rest = stamps + Array(repeating: nil, count: operations.count - stamps.count)
            let undone = Reversal(workspace: workspace, folders: folders).run(operations, rest)
            if undone.isEmpty { try? folder.removeFile(Journal.name) }
            return Self.outcome(of: error, undone)
        }
        return finish(operations, stamps)
    }

    /// The committed state is on disk: what remains is tidying. While the journal is there, the next start tries again.
    private func finish(_ operations: [PublishOperation], _ stamps: [FileStamp?]) -> PublishOutcome {
        if Reversal(workspace: workspace).tidy(operations, stamps) == nil { try? folder.removeFile(Journal.name) }
        return .published(record)
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

    /// Before anything is replaced: old and new contents, to show and to undo.
    private func keepContents() throws {
        for planned in plan.steps.flatMap(\.changes) {
            let change = planned.change
            if let digest = change.oldDigest.flatMap({ ContentDigest($0) }), let base = planned.base {
                try keepOld(change, base, digest)
            }
            guard let digest = change.newDigest.flatMap({ ContentDigest($0) }) else { continue }
            switch planned.source {
            // New contents are kept to be shown: what the power takes of them is missed by its digest.
            case .file(let source): try changes.keep(source.open(), digest, syncs: false)
            case .link(let text): try changes.keep(Array(text.utf8), digest, syncs: false)
            case .directory, nil: break
            }
        }
    }

    private func keepOld(_ change: WorkspaceChange, _ base: FileStatus, _ digest: ContentDigest) throws {
        let changed = LayerConflict(path: change.path, reason: "it was changed while the call ran")
        if base.kind == .symbolicLink {
            let text = Array(try workspace.baseLink(change.path).utf8)
            guard ContentDigest(of: text) == digest else { throw changed }
            try changes.keep(text, digest, syncs: !syncsAtOnce)
        } else if base.kind == .file {
            let file = try workspace.openBase(change.path)
            do {
                try changes.keep(file, digest, FileIdentity(base), syncs: !syncsAtOnce)
            } catch {
                throw error.errno == ESTALE ? changed : error as any Error
            }
            guard FileIdentity(try file.status()) == FileIdentity(base) else { throw changed }
        }
    }
}
