import LinuxIO

extension LayerComparison {
    mutating func run(_ mode: LayerMode) throws(LayerError) {
        do {
            switch mode {
            case .none: break
            case .copied: _ = try compareCopies()
            case .overlay:
                try compareOverlay(LayerWalk(layer, limits: limits, isOverlay: true))
            case .composed: try compareComposition()
            }
        } catch let found as LayerConflict {
            conflict = found
        } catch let error as LayerError {
            throw error
        } catch let error as SystemError {
            throw LayerError("compare what the call wrote", error)
        } catch {
            throw LayerError(.systemFailure, "could not compare what the call wrote: \(error)")
        }
    }

    /// Of a layer of copies: the granted files may differ, everything else has to be as it was put there.
    private mutating func compareCopies() throws -> LayerWalk {
        let walk = try LayerWalk(layer, limits: limits, isOverlay: false)
        violations.add(walk.violations)
        let folders = expectedFolders
        var missing = folders.union(copies.keys)
        for entry in walk.entries {
            missing.remove(entry.path)
            switch entry.kind {
            // Something stood there all the while: who got beneath moved the folders above.
            case _ where self.folders.contains(where: { OwnNames.isBeneath(entry.path, $0.path) }): reject(entry)
            case .directory where folders.contains(entry.path): continue
            case .file where copies[entry.path] == FileIdentity(entry.status): continue
            case .file where bases.keys.contains(entry.path): try compareFile(entry, with: lower(entry.path))
            case .file where copies.keys.contains(entry.path):
                violations.add("modify", entry.path, "the grant is for reading")
            default: reject(entry)
            }
        }
        for path in missing.sorted() {
            violations.add("remove", path, "no grant of the call is for removing it")
        }
        return walk
    }

    /// Of copies with folders among them: each by its own rules.
    private mutating func compareComposition() throws {
        var last = try compareCopies()
        for folder in folders {
            guard let changes = folder.changes else { continue }
            last = try LayerWalk(
                changes.upper, limits: limits, isOverlay: true, at: folder.path + "/", after: last)
            try compareOverlay(last)
        }
    }

    /// Of an overlay: whatever is in the upper layer was created, changed or removed by the call.
    private mutating func compareOverlay(_ walk: LayerWalk) throws {
        violations.add(walk.violations)
        let present = Set(walk.entries.map(\.path))
        var opaque: Set<String> = []
        for entry in walk.entries {
            let base = try lower(entry.path)
            switch entry.kind {
            case .whiteout: if let base { try compareRemoved(entry.path, base) }
            case .file: try compareFile(entry, with: base)
            case .link: try compareLink(entry, with: base)
            case .special: reject(entry)
            case .directory:
                try compareFolder(entry, with: base)
                // Nothing of the workspace shows through beneath an opaque folder, however deep.
                guard entry.isOpaque || opaque.contains(HostPath.split(entry.path).folder) else { continue }
                opaque.insert(entry.path)
                if base?.kind == .directory { try compareHidden(beneath: entry.path, present) }
            }
        }
    }

    /// What an opaque folder hides is removed, unless the layer has something of that name.
    private mutating func compareHidden(beneath path: String, _ present: Set<String>) throws {
        let folder = try workspace.descriptor.openBeneath(path)
        for bytes in try folder.names(atMost: limits.entries) {
            guard let name = String(validating: bytes, as: UTF8.self), let base = try folder.status(of: name) else {
                violations.add("remove", path, "it holds a name that is not UTF-8")
                continue
            }
            let child = path + "/" + name
            if !present.contains(child) { try compareRemoved(child, base) }
        }
    }

    private mutating func reject(_ entry: LayerEntry) {
        switch entry.kind {
        case .special, .whiteout:
            violations.add("mknod", entry.path, "FIFOs, sockets and devices are never published")
        case .link: violations.add("symlink", entry.path, reason(against: entry.path))
        case .directory: violations.add("mkdir", entry.path, reason(against: entry.path))
        case .file: violations.add("create", entry.path, reason(against: entry.path))
        }
    }

    private func reason(against path: String) -> String {
        coverage.objection(to: .created, of: .directory, at: path) ?? "no grant of the call covers it"
    }

    /// Folders that a layer of copies starts with.
    private var expectedFolders: Set<String> {
        var folders: Set<String> = []
        for path in Set(bases.keys).union(copies.keys).union(self.folders.map { $0.path + "/" }) {
            var folder = HostPath.split(path).folder
            while folder != ".", folders.insert(folder).inserted { folder = HostPath.split(folder).folder }
        }
        return folders
    }
}
