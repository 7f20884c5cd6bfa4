import CSandbox
import Glibc
import LinuxIO

/// A group of the kernel's, which is a folder with files that are settings.
struct ControlGroupFolder: Sendable {
    let descriptor: SharedDescriptor
    /// For messages.
    let path: String

    private static let longest = 1 << 20

    /// Opens a group by its path on this host.
    ///
    /// Attack: a name that leads elsewhere, or a folder that only looks like a group, would take limits that bind
    /// nobody; one that others may write to could have its limits lifted, or strangers put into it. So no link is
    /// followed, the file system is asked what it is, and the owner must be root or this user alone.
    static func open(_ path: String, _ version: ControlGroupVersion) throws(SystemError) -> ControlGroupFolder {
        let raw = try retrying("openat2", path) {
            cs_openat2(AT_FDCWD, path, UInt64(O_RDONLY | O_DIRECTORY), 0, UInt64(CS_RESOLVE_NO_SYMLINKS.rawValue))
        }
        let descriptor = Descriptor(owning: raw).shared()
        var type = 0
        try retrying("fstatfs", path) { file_system_shim_type(descriptor.raw, &type) }
        guard type == version.fileSystem else {
            throw SystemError(call: "fstatfs", errno: EINVAL, subject: path)
        }
        let folder = ControlGroupFolder(descriptor: descriptor, path: path)
        guard try folder.isTrustworthy() else { throw SystemError(call: "fstat", errno: EPERM, subject: path) }
        return folder
    }

    func isTrustworthy() throws(SystemError) -> Bool {
        let status = try descriptor.status()
        return (status.owner == 0 || status.owner == geteuid()) && status.permissions & 0o022 == 0
    }

    /// True if this process may make groups in it and move processes into them.
    var isWritable: Bool {
        faccessat(descriptor.raw, ".", W_OK, AT_EACCESS) == 0
            && faccessat(descriptor.raw, "cgroup.procs", W_OK, AT_EACCESS) == 0
    }

    func has(_ name: String) -> Bool { faccessat(descriptor.raw, name, F_OK, AT_EACCESS) == 0 }

    func make(_ name: String) throws(SystemError) -> ControlGroupFolder {
        let folder = descriptor.raw
        // Nobody else needs to look.
        try retrying("mkdir", path + "/" + name) { mkdirat(folder, name, 0o700) }
        return try child(name)
    }

    func child(_ name: String) throws(SystemError) -> ControlGroupFolder {
        ControlGroupFolder(
            descriptor: try Descriptor.open(name, in: descriptor, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).shared(),
            path: path + "/" + name)
    }

    /// False if there is still somebody in it.
    @discardableResult
    func remove(_ name: String) -> Bool { unlinkat(descriptor.raw, name, AT_REMOVEDIR) == 0 || errno == ENOENT }

    /// The groups in it.
    func children() throws(SystemError) -> [String] {
        let copy = try Descriptor.open(".", in: descriptor, O_RDONLY | O_DIRECTORY)
        return try copy.names(atMost: .max).map { String(decoding: $0, as: UTF8.self) }
            .filter { name in
                var status = stat()
                return fstatat(descriptor.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0
                    && status.st_mode & S_IFMT == S_IFDIR
            }
    }

    func read(_ name: String) throws(SystemError) -> String {
        let file = try Descriptor.open(name, in: descriptor, O_RDONLY | O_NOFOLLOW)
        var text = String(decoding: try file.readAll(limit: Self.longest), as: UTF8.self)
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// One write: what the kernel does not take whole it does not take.
    func write(_ text: String, to name: String) throws(SystemError) {
        let file = try Descriptor.open(name, in: descriptor, O_WRONLY | O_NOFOLLOW)
        do {
            try file.writeAll(Array(text.utf8))
        } catch {
            throw SystemError(call: "write", errno: error.errno, subject: path + "/" + name)
        }
    }

    /// The processes in it, zombies not counted.
    func processes() throws(SystemError) -> [pid_t] {
        try read("cgroup.procs").split(separator: "\n").compactMap { pid_t($0) }
    }
}
