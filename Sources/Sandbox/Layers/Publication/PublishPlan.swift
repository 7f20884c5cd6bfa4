import LinuxIO

/// The steps that publish a set of changes, in order: what goes, what comes or changes, then git's objects, refs and
/// index, so that nothing ever names what is not there.
struct PublishPlan: Sendable {
    /// A step and the changes that it carries out; the first is the step's own name, the others lie beneath it.
    struct Step: Sendable {
        let operation: PublishOperation
        let changes: [PlannedChange]
    }

    private(set) var steps: [Step] = []

    init(_ planned: [PlannedChange]) throws(LayerConflict) {
        let sorted = planned.enumerated().sorted { left, right in
            let (first, second) = (Self.rank(left.element), Self.rank(right.element))
            return first != second ? first < second : left.element.change.path < right.element.change.path
        }.map(\.element)
        var removed = Tree()
        var created = Tree()
        for change in sorted {
            switch change.change.kind {
            case .removed where removed.absorb(change): continue
            case .created where created.absorb(change): continue
            case .removed: removed.begin(change, at: steps.count)
            case .created: created.begin(change, at: steps.count)
            case .modified, .modeChanged: break
            }
            steps.append(Step(operation: try Self.operation(change), changes: [change]))
        }
        for tree in [removed, created] {
            for (index, changes) in tree.absorbed { steps[index] = Self.step(steps[index], with: changes) }
        }
    }

    private static func step(_ step: Step, with changes: [PlannedChange]) -> Step {
        var operation = step.operation
        let prefix = operation.path.utf8.count + 1
        operation.contents = changes.map { String($0.change.path.utf8.dropFirst(prefix)) ?? "" }
        return Step(operation: operation, changes: step.changes + changes)
    }

    private static func rank(_ planned: PlannedChange) -> Int {
        let path = planned.change.path
        if !GitCoverage.owns(path) { return planned.change.kind == .removed ? 0 : 1 }
        if path.hasPrefix(".git/objects") { return 2 }
        return path == ".git/index" ? 4 : 3
    }

    private static func operation(_ planned: PlannedChange) throws(LayerConflict) -> PublishOperation {
        let change = planned.change
        let (folder, name) = HostPath.split(change.path)
        guard let identity = planned.folder else {
            throw LayerConflict(path: change.path, reason: "its folder is gone")
        }
        return PublishOperation(
            kind: kind(planned), folder: folder, folderIdentity: InodeNumber(identity), name: name,
            temporary: TemporaryName.fresh(),
            lock: change.entry == .file && change.kind != .removed ? GitCoverage.lockName(of: change.path) : nil,
            base: planned.base.map { FileStamp($0) }, oldMode: change.oldMode, newMode: change.newMode)
    }

    private static func kind(_ planned: PlannedChange) -> PublishOperation.Kind {
        switch planned.change.kind {
        case .created: planned.change.path.hasPrefix(".git/objects/") ? .installObject : .install
        case .modified: .replace
        case .removed: .remove
        case .modeChanged: planned.source == nil ? .chmod : .replace
        }
    }

    /// Collects what lies beneath a folder that moves as one.
    private struct Tree {
        private var current: (path: String, index: Int)?
        private(set) var absorbed: [Int: [PlannedChange]] = [:]

        mutating func begin(_ planned: PlannedChange, at index: Int) {
            current = planned.change.entry == .directory ? (planned.change.path, index) : nil
        }

        mutating func absorb(_ planned: PlannedChange) -> Bool {
            guard let current, planned.change.path.hasPrefix(current.path + "/") else { return false }
            absorbed[current.index, default: []].append(planned)
            return true
        }
    }
}

extension GitCoverage {
    /// The lock that git itself takes to change `path`; nil for files that it does not lock.
    static func lockName(of path: String) -> String? {
        let isLocked = path.hasPrefix(".git/refs/") || [".git/HEAD", ".git/index", ".git/packed-refs"].contains(path)
        return isLocked ? HostPath.split(path).name + ".lock" : nil
    }
}
