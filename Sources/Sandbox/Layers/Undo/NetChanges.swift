/// What a run changed, seen from its end: several changes of one name are one, and what came and went is none.
package enum NetChanges {
    /// By path. A name whose type changed occurs twice: removed, then created.
    package static func of(_ records: [ChangeRecord]) -> [WorkspaceChange] {
        var states: [String: (old: State?, new: State?)] = [:]
        // By path, of the last change: what the content said is known to it alone.
        var reviews: [String: String] = [:]
        // Where a name changed its type, what was there went first.
        let ordered = records.flatMap { record in
            record.changes.filter { $0.kind == .removed } + record.changes.filter { $0.kind != .removed }
        }
        for change in ordered {
            let new = change.kind == .removed ? nil : State(newOf: change)
            reviews[change.path] = change.review
            if let known = states[change.path] {
                states[change.path] = (known.old, new)
            } else {
                states[change.path] = (change.kind == .created ? nil : State(oldOf: change), new)
            }
        }
        return states.sorted { $0.key < $1.key }.flatMap { path, state in
            changes(path, state.old, state.new, reviews[path])
        }
    }

    private static func changes(
        _ path: String, _ old: State?, _ new: State?, _ review: String?
    ) -> [WorkspaceChange] {
        guard old != new else { return [] }
        if let old, let new, old.entry != new.entry {
            return changes(path, old, nil, nil) + changes(path, nil, new, review)
        }
        guard let entry = (new ?? old)?.entry else { return [] }
        let kind: WorkspaceChange.Kind
        if old == nil {
            kind = .created
        } else if new == nil {
            kind = .removed
        } else {
            kind = old?.digest == new?.digest ? .modeChanged : .modified
        }
        var change = WorkspaceChange(path: path, kind: kind, entry: entry)
        (change.oldSize, change.oldDigest, change.oldMode) = (old?.size, old?.digest, old?.mode)
        (change.newSize, change.newDigest, change.newMode) = (new?.size, new?.digest, new?.mode)
        if new != nil, entry != .directory {
            change.review = review ?? ReviewedNames.reason(for: path, mode: new?.mode)
        }
        return [change]
    }

    /// What was or is under a name.
    private struct State: Hashable {
        let entry: WorkspaceChange.Entry
        let size: Int?
        let digest: String?
        let mode: UInt32?

        init(oldOf change: WorkspaceChange) {
            entry = change.entry
            (size, digest, mode) = (change.oldSize, change.oldDigest, change.oldMode)
        }

        init(newOf change: WorkspaceChange) {
            entry = change.entry
            (size, digest, mode) = (change.newSize, change.newDigest, change.newMode)
        }
    }
}
