import CSandbox
import Glibc
import LinuxIO

/// Calls on names in an open folder. None follows a symbolic link, none looks further than one name, unless it says so.
extension OpenDescriptor where Self: ~Copyable {
    /// The inode behind a name, as O_PATH: a link is itself. Nil if there is no such name.
    func inode(_ name: String) throws(SystemError) -> Descriptor? {
        do {
            return try Descriptor.open(name, in: self, pathOnly | O_NOFOLLOW)
        } catch {
            if error.errno == ENOENT { return nil }
            throw error
        }
    }

    /// Metadata of a name; nil if there is no such name.
    func status(of name: String) throws(SystemError) -> FileStatus? { try inode(name)?.status() }

    /// Opens a relative path that has to stay beneath this folder and on its mount, through no link and no `..`.
    func openBeneath(_ path: String, _ flags: Int32 = pathOnly) throws(SystemError) -> Descriptor {
        let resolve = CS_RESOLVE_BENEATH.rawValue | CS_RESOLVE_NO_SYMLINKS.rawValue | CS_RESOLVE_NO_XDEV.rawValue
        let raw = try retrying("openat2", path) { cs_openat2(self.raw, path, UInt64(flags), 0, UInt64(resolve)) }
        return Descriptor(owning: raw)
    }

    /// Opens again what this O_PATH descriptor stands for. Check first that it is a file or a folder: to open a FIFO
    /// waits, and to open a device may act.
    func reopened(_ flags: Int32) throws(SystemError) -> Descriptor { try Descriptor.open(procPath, flags) }

    /// A path of this very inode, for calls that have no form with a descriptor.
    var procPath: String { "/proc/self/fd/\(raw)" }

    /// What the kernel calls the inode now; nil if that is no UTF-8. A removed file has ` (deleted)` at the end.
    func currentPath() throws(SystemError) -> String? { try readLink(procPath, at: AT_FDCWD) }

    /// The text of a symbolic link in this folder; nil if it is no UTF-8.
    func link(_ name: String) throws(SystemError) -> String? { try readLink(name, at: raw) }

    private func readLink(_ path: String, at folder: Int32) throws(SystemError) -> String? {
        let capacity = Int(PATH_MAX) + 1
        let result = withUnsafeTemporaryAllocation(of: CChar.self, capacity: capacity) {
            buffer -> Result<String?, SystemError> in
            Result { () throws(SystemError) in
                guard let start = buffer.baseAddress else { return nil }
                let count = try retrying("readlink", path) { readlinkat(folder, path, start, capacity) }
                guard count < capacity else { throw SystemError(call: "readlink", errno: ENAMETOOLONG, subject: path) }
                return String(validating: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
            }
        }
        return try result.get()
    }

    func makeFolder(_ name: String, mode: mode_t) throws(SystemError) {
        try retrying("mkdir", name) { mkdirat(raw, name, mode) }
    }

    func removeFile(_ name: String) throws(SystemError) { try retrying("unlink", name) { unlinkat(raw, name, 0) } }

    func removeFolder(_ name: String) throws(SystemError) {
        try retrying("rmdir", name) { unlinkat(raw, name, AT_REMOVEDIR) }
    }

    func makeLink(_ name: String, to text: String) throws(SystemError) {
        try retrying("symlink", name) { symlinkat(text, raw, name) }
    }

    /// Renames within this folder; EEXIST if `target` is taken.
    func rename(_ name: String, toFree target: String) throws(SystemError) {
        try retrying("renameat2", target) { cs_renameat2(raw, name, raw, target, CS_RENAME_NOREPLACE.rawValue) }
    }

    /// Swaps two names of this folder.
    func exchange(_ name: String, _ other: String) throws(SystemError) {
        try retrying("renameat2", other) { cs_renameat2(raw, name, raw, other, CS_RENAME_EXCHANGE.rawValue) }
    }

    /// Up to `count` names of this folder as bytes, in no order, without `.` and `..`.
    func names(atMost count: Int) throws(SystemError) -> [[UInt8]] {
        let number = try Descriptor.open(".", in: self, O_RDONLY | O_DIRECTORY).release()
        guard let stream = fdopendir(number) else {
            let failure = SystemError.last("fdopendir")
            close(number)
            throw failure
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while names.count < count {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError.last("readdir") }
                break
            }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { Array($0.prefix { $0 != 0 }) }
            if name != [UInt8(ascii: ".")] && name != [UInt8(ascii: "."), UInt8(ascii: ".")] { names.append(name) }
        }
        return names
    }
}

/// `O_PATH`, in the type that `open` takes.
package let pathOnly = Int32(CS_O_PATH.rawValue)
