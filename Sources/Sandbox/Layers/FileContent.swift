import CSandbox
import Glibc
import LinuxIO

/// Contents and attributes of files, read and copied by descriptor.
extension OpenDescriptor where Self: ~Copyable {
    /// Opens the content of the regular file `path` beneath this folder; EINVAL if something else lies there.
    ///
    /// A call may have taken its own read permission away: the file is the host's, and so it gives it back, unless the
    /// inode has other names, which are somebody else's.
    ///
    /// - Parameter mayOpen: False leaves the mode alone: for files of the workspace that nobody published yet.
    func openContent(_ path: String, mayOpen: Bool = true) throws(SystemError) -> Descriptor {
        let inode = try openBeneath(path, pathOnly | O_NOFOLLOW)
        let status = try inode.status()
        guard status.kind == .file else { throw SystemError(call: "open", errno: EINVAL, subject: path) }
        let isClosed = status.permissions & 0o400 == 0
        if isClosed, mayOpen, status.links == 1 { try inode.setMode(status.permissions & 0o777 | 0o400) }
        return try inode.reopened(O_RDONLY)
    }

    /// Changes the permission bits, through O_PATH too.
    func setMode(_ mode: UInt32) throws(SystemError) {
        try retrying("chmod") { fchmodat(AT_FDCWD, procPath, mode, 0) }
    }

    /// Gives an open file or folder away; no call if it already belongs there.
    func setOwner(_ owner: LayerOwner) throws(SystemError) {
        let status = try status()
        if status.owner == owner.user && status.group == owner.group { return }
        try retrying("fchown") { fchown(raw, owner.user, owner.group) }
    }

    func setModified(_ time: FileTime) throws(SystemError) {
        let stamp = timespec(tv_sec: Int(time.seconds), tv_nsec: Int(time.nanoseconds))
        try retrying("futimens") { futimens(raw, [stamp, stamp]) }
    }

    /// Copies the whole content to an empty file: as shared extents, else inside the kernel, else by hand.
    func copyContent(to target: borrowing Descriptor) throws(SystemError) {
        if cs_clone_content(raw, target.raw) == 0 { return }
        var offset: Int64 = 0
        while true {
            let count = cs_copy_range(raw, target.raw, 1 << 30)
            if count == 0 { break }
            if count > 0 {
                offset += Int64(count)
            } else if [EXDEV, EINVAL, ENOSYS, EOPNOTSUPP].contains(errno) {
                break
            } else if errno != EINTR {
                throw SystemError.last("copy_file_range")
            }
        }
        // Nothing is left after a copy by the kernel, except on file systems that say 0 for a file of unknown size.
        while true {
            let piece = try read(count: 128 << 10, at: offset)
            try target.write(piece, at: offset)
            offset += Int64(piece.count)
            if piece.isEmpty { return }
        }
    }

    /// Copies the attributes that a person gave a file: access lists and `user.*`. Those that an overlay keeps for
    /// itself, and labels, which the system gives, stay behind.
    func copyAttributes(to target: borrowing Descriptor) throws(SystemError) {
        for name in try attributeNames() where name == "system.posix_acl_access" || name.hasPrefix("user.") {
            if name.hasPrefix(OverlayAttribute.prefix) { continue }
            var value = [UInt8](repeating: 0, count: 64 << 10)
            let size = try retrying("fgetxattr", name) { cs_fgetxattr(raw, name, &value, value.count) }
            try retrying("fsetxattr", name) { cs_fsetxattr(target.raw, name, value, size) }
        }
    }

    /// Names of extended attributes; none where the file system has no such thing.
    func attributeNames() throws(SystemError) -> [String] {
        var names = [CChar](repeating: 0, count: 64 << 10)
        let count = cs_flistxattr(raw, &names, names.count)
        if count < 0 {
            if errno == EOPNOTSUPP { return [] }
            throw SystemError.last("flistxattr")
        }
        return names[..<count].split(separator: 0).map { name in
            String(decoding: name.map(UInt8.init(bitPattern:)), as: UTF8.self)
        }
    }

    /// The value of an attribute; nil if the file has none of that name.
    func attribute(_ name: String) throws(SystemError) -> [UInt8]? {
        var value = [UInt8](repeating: 0, count: 256)
        let count = cs_fgetxattr(raw, name, &value, value.count)
        if count >= 0 { return Array(value[..<count]) }
        if errno == ENODATA || errno == EOPNOTSUPP { return nil }
        throw SystemError.last("fgetxattr", name)
    }
}

/// Attributes by which an overlay mounted with `userxattr` marks what it keeps in its upper layer.
enum OverlayAttribute {
    static let prefix = "user.overlay."
    /// On a folder: nothing of the lower folder of that name shows through.
    static let opaque = "user.overlay.opaque"
    /// Content or folder taken from elsewhere in the lower tree. The kernel writes neither under `userxattr`; a layer
    /// that has them was made to show the host something that the call did not see.
    static let forbidden: Set<String> = ["user.overlay.redirect", "user.overlay.metacopy"]
}
