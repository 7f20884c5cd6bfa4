import CSandbox
import Glibc
import LinuxIO

/// A folder of the store, open: names in it are looked up from the descriptor, and links are never followed.
package struct Folder: Sendable {
    package let path: String
    package let descriptor: SharedDescriptor

    /// Opens a folder.
    init(_ path: String) throws(SystemError) {
        self.path = path
        descriptor = try Descriptor.open(path, O_RDONLY | O_DIRECTORY).shared()
    }

    private init(path: String, descriptor: SharedDescriptor) {
        self.path = path
        self.descriptor = descriptor
    }

    /// A folder in this one, made if it is missing. Its mode is set only when it is made; `durable` makes sure that its
    /// name is then on the disk.
    func folder(_ name: String, mode: mode_t = 0o700, durable: Bool = true) throws(SystemError) -> Folder {
        let made = mkdirat(descriptor.raw, name, mode) == 0
        if !made, errno != EEXIST { throw SystemError.last("mkdir", path + "/" + name) }
        let folder = try existing(name)
        if made {
            // The umask has no say.
            try retrying("fchmod", folder.path) { fchmod(folder.descriptor.raw, mode) }
            if durable { try descriptor.synchronize() }
        }
        return folder
    }

    /// A folder in this one, by a relative path.
    func existing(_ name: String) throws(SystemError) -> Folder {
        let opened = try open(name, O_RDONLY | O_DIRECTORY)
        return Folder(path: path + "/" + name, descriptor: opened.shared())
    }

    /// Opens a relative path that stays beneath the folder, through no link and no `..`.
    func open(_ name: String, _ flags: Int32, mode: mode_t = 0) throws(SystemError) -> Descriptor {
        let resolve = CS_RESOLVE_BENEATH.rawValue | CS_RESOLVE_NO_SYMLINKS.rawValue
        let raw = try retrying("openat2", path + "/" + name) {
            cs_openat2(descriptor.raw, name, UInt64(flags), UInt64(mode), UInt64(resolve))
        }
        return Descriptor(owning: raw)
    }

    /// Makes a file of a name that is free, readable by its owner alone.
    func create(_ name: String) throws(SystemError) -> Descriptor {
        try open(name, O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
    }

    /// Replaces or makes a small file: it holds the old content or the new, whole and on the disk, whatever happens.
    func write(_ name: String, _ content: [UInt8], mode: mode_t = 0o600) throws(SystemError) {
        let temporary = ".new-" + Self.randomName()
        let file = try create(temporary)
        do {
            try file.writeAll(content)
            try retrying("fchmod", temporary) { fchmod(file.raw, mode) }
            try file.synchronize()
            try rename(temporary, to: name, in: self)
        } catch {
            unlinkat(descriptor.raw, temporary, 0)
            throw error
        }
        try descriptor.synchronize()
    }

    /// Renames, and replaces what is in the way.
    func rename(_ name: String, to target: String, in folder: Folder) throws(SystemError) {
        try retrying("renameat", folder.path + "/" + target) {
            renameat(descriptor.raw, name, folder.descriptor.raw, target)
        }
    }

    /// Removes a file, or a folder with all that it holds. Nothing happens if there is none.
    func remove(_ name: String) throws(SystemError) {
        if unlinkat(descriptor.raw, name, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemError.last("unlinkat", path + "/" + name) }
        let folder = try existing(name)
        // A folder without write permission cannot be emptied.
        try retrying("fchmod", folder.path) { fchmod(folder.descriptor.raw, 0o700) }
        for entry in try folder.names() { try folder.remove(entry) }
        try retrying("unlinkat", folder.path) { unlinkat(descriptor.raw, name, AT_REMOVEDIR) }
    }

    /// The names in the folder, sorted, without `.` and `..`.
    func names() throws(SystemError) -> [String] { try descriptor.names() }

    /// 16 hexadecimal digits that nobody can guess.
    static func randomName() -> String {
        let digits = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
