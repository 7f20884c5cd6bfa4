import Glibc
import LinuxIO

extension Transaction {
    /// Before anything is replaced: the old contents, on the disk, for undo and to be shown; and the new ones, which are
    /// there to be shown only: what the power takes of them is missed by its digest.
    func keepContents(flushing flush: inout FlushStage) throws {
        var keepsOld = false
        for planned in plan.steps.flatMap(\.changes) {
            let change = planned.change
            if let digest = change.oldDigest.flatMap({ ContentDigest($0) }), let base = planned.base,
                let kept = try keepOld(change, base, digest)
            {
                try flush.add(kept)
                keepsOld = true
            }
            guard let digest = change.newDigest.flatMap({ ContentDigest($0) }) else { continue }
            switch planned.source {
            case .file(let source): flush.add { [changes] in try changes.keep(source.open(), digest) }
            case .link(let text): flush.add { [changes] in try changes.keep(Array(text.utf8), digest) }
            case .directory, nil: break
            }
        }
        if keepsOld { try flush.addFolder(changes.folders.contents) }
    }

    /// Nil of what has no content.
    private func keepOld(
        _ change: WorkspaceChange, _ base: FileStatus, _ digest: ContentDigest
    ) throws -> SharedDescriptor? {
        let changed = LayerConflict(path: change.path, reason: "it was changed while the call ran")
        switch base.kind {
        case .symbolicLink:
            let text = Array(try workspace.baseLink(change.path).utf8)
            guard ContentDigest(of: text) == digest else { throw changed }
            return try changes.keep(text, digest)
        case .file:
            let file = try workspace.openBase(change.path)
            let kept: SharedDescriptor
            do {
                kept = try changes.keep(file, digest, FileIdentity(base))
            } catch {
                throw error.errno == ESTALE ? changed : error as any Error
            }
            guard FileIdentity(try file.status()) == FileIdentity(base) else { throw changed }
            return kept
        case .directory, .other: return nil
        }
    }
}
