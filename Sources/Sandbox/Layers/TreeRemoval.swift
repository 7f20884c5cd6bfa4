import Glibc
import LinuxIO

/// Removes trees whose names and modes a stranger chose.
enum TreeRemoval {
    /// Removes `name` from `folder`, with all that is beneath it. No link is followed, no mount point crossed; names
    /// need not be UTF-8; folders that were closed are opened. Nothing happens if there is no such name.
    static func remove(_ name: String, from folder: borrowing some OpenDescriptor & ~Copyable) throws(SystemError) {
        try remove(Array(name.utf8), from: folder.raw)
    }

    private static func remove(_ name: [UInt8], from folder: Int32) throws(SystemError) {
        let bytes = name.map(CChar.init(bitPattern:)) + [0]
        if unlinkat(folder, bytes, 0) == 0 || errno == ENOENT { return }
        guard errno == EISDIR || errno == EPERM else { throw SystemError.last("unlink", shown(name)) }
        let raw = try retrying("open", shown(name)) {
            openat(folder, bytes, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        let child = Descriptor(owning: raw)
        if try child.status().permissions & 0o700 != 0o700 { try child.setMode(0o700) }
        while true {
            // In pieces, so that a folder with millions of names needs little memory.
            let names = try child.names(atMost: 4096)
            if names.isEmpty { break }
            for name in names { try remove(name, from: child.raw) }
        }
        try retrying("rmdir", shown(name)) { unlinkat(folder, bytes, AT_REMOVEDIR) }
    }

    private static func shown(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
