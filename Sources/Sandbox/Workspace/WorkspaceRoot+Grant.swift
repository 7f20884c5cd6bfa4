import Glibc
import LinuxIO
import Manifests

extension WorkspaceRoot {
    /// Finds what `text` names and says whether a grant of `word` can be given on it.
    ///
    /// A file with several hard links can be granted: a publication replaces the granted name by a new inode, so the
    /// other names keep what they had.
    package func resolve(_ text: String, for word: GrantWord) throws(GrantError) -> ResolvedPath {
        try check(try locate(text), text, for: word)
    }

    /// The same for a path that was located before, so that policy and grant are about one inode.
    func check(_ found: ResolvedPath, _ text: String, for word: GrantWord) throws(GrantError) -> ResolvedPath {
        switch word {
        case .read: try requireFile(found, text)
        case .write where found.kind == .missing: break
        case .write: try requireFile(found, text)
        case .create:
            guard found.kind == .missing else {
                throw GrantError(.alreadyExists, text, "`\(text)` exists", remedy: "use a tool that may replace it")
            }
        case .list, .readUnder, .writeUnder:
            if found.kind == .missing { throw GrantError(.notFound, text, "there is no folder `\(text)`") }
            guard found.kind == .directory else { throw GrantError(.notADirectory, text, "`\(text)` is no folder") }
        case .exec, .git, .connect, .listen:
            throw GrantError(.invalidValue, text, "a grant of `\(word.rawValue)` names no path of the workspace")
        }
        if word == .write || word == .create || word == .writeUnder { try requireWritable(found, text) }
        if let inode = found.descriptor { try requireOwnersAccess(inode, text, read: true, write: word == .write) }
        return found
    }

    private func requireFile(_ found: ResolvedPath, _ text: String) throws(GrantError) {
        switch found.kind {
        case .file: return
        case .missing: throw GrantError(.notFound, text, "there is no file `\(text)`")
        case .directory: throw GrantError(.notAFile, text, "`\(text)` is a folder")
        case .other: throw GrantError(.specialFile, text, "`\(text)` is a FIFO, a socket or a device")
        }
    }

    private func requireWritable(_ found: ResolvedPath, _ text: String) throws(GrantError) {
        if let reason = reasonAgainstWriting(found.relative) {
            throw GrantError(
                .protectedName, text, "`\(text)` is write-protected: \(reason)", remedy: "a person has to change it")
        }
        if let parent = found.parent { try requireOwnersAccess(parent, text, read: false, write: true) }
    }

    /// As root the host could read and replace what the workspace's owner may not: it does not on a call's behalf.
    private func requireOwnersAccess(
        _ inode: SharedDescriptor, _ text: String, read: Bool, write: Bool
    ) throws(GrantError) {
        let status: FileStatus
        do { status = try inode.status() } catch { throw GrantError(.systemFailure, text, error.message) }
        if write, status.permissions & 0o222 == 0 { throw GrantError(.notPermitted, text, "`\(text)` is read-only") }
        guard geteuid() == 0, owner.user != 0 else { return }
        let shift: UInt32 = status.owner == owner.user ? 6 : status.group == owner.group ? 3 : 0
        let bits = status.permissions >> shift
        guard !read || bits & 4 != 0, !write || bits & 2 != 0 else {
            throw GrantError(.notPermitted, text, "`\(text)` is not open to the owner of the workspace")
        }
    }
}
