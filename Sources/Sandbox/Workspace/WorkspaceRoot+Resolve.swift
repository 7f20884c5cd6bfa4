import CSandbox
import Glibc
import LinuxIO

/// What each errno of a lookup means to the person who named the path.
extension WorkspaceRoot {
    /// How often a lookup starts anew when somebody renames folders meanwhile.
    private static let attempts = 8

    /// Finds out what `text` names, without asking whether anything may be done with it.
    ///
    /// Links inside the workspace are followed while they stay beneath it. A name that does not exist in a folder that
    /// does is `.missing`. Mount points beneath the workspace are refused, for reading too: an overlay does not show
    /// them, an idmapped view does not map them, and what is mounted there was not named by the task.
    package func locate(_ text: String) throws(GrantError) -> ResolvedPath {
        let asked = try PathText(text)
        if let found = lookUpPlainly(asked) { return found }
        for _ in 0..<Self.attempts {
            if let found = try lookUp(asked, text) { return found }
        }
        throw GrantError(.keepsChanging, text, "`\(text)` keeps changing while it is being resolved")
    }

    /// The common case: no link, no `.` and no `..` on the way, so that the text is the canonical name. Nil if it is
    /// another case, or anything goes wrong: then the full look-up finds the reason.
    private func lookUpPlainly(_ asked: PathText) -> ResolvedPath? {
        guard !asked.namesDirectory, asked.isPlain(asked.relative) else { return nil }
        let (path, name) = HostPath.split(asked.relative)
        guard let folder = try? descriptor.openBeneath(path, pathOnly | O_DIRECTORY).shared() else { return nil }
        do {
            let inode = try folder.openBeneath(name, pathOnly | O_NOFOLLOW)
            let status = try inode.status()
            if status.kind == .symbolicLink { return nil }
            return ResolvedPath(
                relative: asked.relative, kind: ResolvedPath.Kind(status.kind), descriptor: inode.shared(),
                parent: folder, name: name, identity: FileIdentity(status), isDirect: true)
        } catch {
            guard error.errno == ENOENT else { return nil }
            return ResolvedPath(
                relative: asked.relative, kind: .missing, descriptor: nil, parent: folder, name: name, identity: nil,
                isDirect: true)
        }
    }

    /// Nil if something was renamed meanwhile.
    private func lookUp(_ asked: PathText, _ text: String) throws(GrantError) -> ResolvedPath? {
        do {
            let inode = try open(asked.relative)
            guard let found = try describe(inode.shared(), asked) else { return nil }
            guard !asked.namesDirectory || found.kind == .directory else {
                throw GrantError(.notADirectory, text, "`\(text)` is no folder")
            }
            return found
        } catch let error as GrantError {
            throw error
        } catch let error as SystemError {
            if error.errno == ENOENT { return try lookUpMissing(asked, text) }
            throw refusal(of: text, asked, error)
        } catch {
            throw GrantError(.systemFailure, text, "`\(text)` could not be resolved: \(error)")
        }
    }

    /// The kernel found no such file: the folder may be there, and the name free.
    private func lookUpMissing(_ asked: PathText, _ text: String) throws(GrantError) -> ResolvedPath? {
        let (folderText, name) = HostPath.split(asked.relative)
        do {
            let folder = try open(folderText, O_DIRECTORY).shared()
            if let inode = try folder.inode(name) {
                guard try inode.status().kind == .symbolicLink else { return nil }
                throw GrantError(.brokenLink, text, "`\(text)` is a symbolic link to nothing")
            }
            guard !asked.namesDirectory, let parent = try describe(folder, nil) else {
                if asked.namesDirectory { throw GrantError(.notFound, text, "there is no folder `\(text)`") }
                return nil
            }
            let relative = HostPath.join(parent.relative, name)
            return ResolvedPath(
                relative: relative, kind: .missing, descriptor: nil, parent: folder, name: name, identity: nil,
                isDirect: asked.isPlain(relative))
        } catch let error as GrantError {
            throw error
        } catch let error as SystemError {
            if error.errno == ENOENT {
                throw GrantError(.notFound, text, "there is no folder `\(folderText)` in the workspace")
            }
            throw refusal(of: text, asked, error)
        } catch {
            throw GrantError(.systemFailure, text, "`\(text)` could not be resolved: \(error)")
        }
    }

    /// The canonical name of an inode, checked by walking there again without links. Nil if it is not there any more.
    private func describe(_ inode: SharedDescriptor, _ asked: PathText?) throws -> ResolvedPath? {
        let status = try inode.status()
        guard let now = try inode.currentPath(), let root = try descriptor.currentPath() else {
            throw GrantError(.invalidPath, asked?.relative ?? ".", "the path leads to a name that is not UTF-8")
        }
        guard let relative = HostPath.relative(now, to: root) else { return nil }
        let identity = FileIdentity(status)
        let (folder, name) = HostPath.split(relative)
        var parent: SharedDescriptor?
        if relative == "." {
            guard identity.isSameFile(as: self.identity) else { return nil }
        } else {
            parent = try parentFolder(folder, holding: name, identity)
            if parent == nil { return nil }
        }
        return ResolvedPath(
            relative: relative, kind: ResolvedPath.Kind(status.kind), descriptor: inode, parent: parent,
            name: relative == "." ? "." : name, identity: identity, isDirect: asked?.isPlain(relative) ?? false)
    }

    /// The folder `path`, reached without links, if `name` in it is the inode that is looked for; else nil.
    private func parentFolder(
        _ path: String, holding name: String, _ identity: FileIdentity
    ) throws(SystemError) -> SharedDescriptor? {
        do {
            let folder = try descriptor.openBeneath(path, pathOnly | O_DIRECTORY).shared()
            guard let status = try folder.status(of: name) else { return nil }
            return FileIdentity(status).isSameFile(as: identity) ? folder : nil
        } catch {
            if [ENOENT, ENOTDIR, ELOOP, EXDEV].contains(error.errno) { return nil }
            throw error
        }
    }

    private func open(_ path: String, _ flags: Int32 = 0) throws(SystemError) -> Descriptor {
        let resolve = CS_RESOLVE_BENEATH.rawValue | CS_RESOLVE_NO_MAGICLINKS.rawValue | CS_RESOLVE_NO_XDEV.rawValue
        let raw = try retrying("openat2", path) {
            cs_openat2(descriptor.raw, path, UInt64(flags | pathOnly), 0, UInt64(resolve))
        }
        return Descriptor(owning: raw)
    }

    /// EXDEV stands for two things, told apart by asking again with mount points allowed.
    private func crossesMount(_ path: String) -> Bool {
        let resolve = CS_RESOLVE_BENEATH.rawValue | CS_RESOLVE_NO_MAGICLINKS.rawValue
        let raw = cs_openat2(descriptor.raw, path, UInt64(pathOnly), 0, UInt64(resolve))
        if raw >= 0 { close(raw) }
        return raw >= 0 || errno == ENOENT
    }

    private func refusal(of text: String, _ asked: PathText, _ error: SystemError) -> GrantError {
        switch error.errno {
        case EXDEV where crossesMount(asked.relative):
            GrantError(.crossesMount, text, "another file system is mounted on the way to `\(text)`")
        case EXDEV: GrantError(.leavesWorkspace, text, "`\(text)` leads out of the workspace through a symbolic link")
        case ELOOP: GrantError(.brokenLink, text, "the symbolic links of `\(text)` lead nowhere or to the kernel's own")
        case ENOTDIR: GrantError(.notADirectory, text, "something on the way to `\(text)` is no folder")
        case EACCES: GrantError(.notPermitted, text, "`\(text)` may not be looked up by the user who runs agentbox")
        case ENAMETOOLONG: GrantError(.invalidPath, text, "`\(text)` is longer than the file system allows")
        case EAGAIN: GrantError(.keepsChanging, text, "`\(text)` keeps changing while it is being resolved")
        default: GrantError(.systemFailure, text, "`\(text)` could not be resolved: \(error.message)")
        }
    }
}

extension ResolvedPath.Kind {
    fileprivate init(_ kind: FileKind) {
        switch kind {
        case .file: self = .file
        case .directory: self = .directory
        case .symbolicLink, .other: self = .other
        }
    }
}

extension PathText {
    /// True if the text, but for `.` and doubled slashes, is the canonical name itself.
    fileprivate func isPlain(_ canonical: String) -> Bool {
        let components = relative.split(separator: "/").filter { $0 != "." }
        if components.contains("..") { return false }
        return components.isEmpty ? canonical == "." : components.joined(separator: "/") == canonical
    }
}
