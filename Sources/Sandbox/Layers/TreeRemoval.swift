import CSandbox
import Glibc
import LinuxIO

/// Removes trees whose names, modes and depth a stranger chose.
enum TreeRemoval {
    /// Folders are held open while what is in them is removed: so many beneath one another at most.
    private static let deepest = 32

    /// Removes `name` from `folder`, with all that is beneath it. No link is followed; names need not be UTF-8; folders
    /// that were closed are opened. Nothing happens if there is no such name.
    ///
    /// Folders may lie beneath one another deeper than descriptors or the stack last: what is too deep is moved to the
    /// top, and removed from there.
    static func remove(_ name: String, from folder: borrowing some OpenDescriptor & ~Copyable) throws(SystemError) {
        let bytes = Array(name.utf8)
        if try unlink(bytes, folder.raw) { return }
        let top = try open(bytes, folder.raw)
        try empty(top, depth: 1, top: top.raw)
        try removeFolder(bytes, folder.raw)
    }

    private static func empty(_ folder: borrowing Descriptor, depth: Int, top: Int32) throws(SystemError) {
        while true {
            // In pieces, so that a folder with millions of names needs little memory.
            let names = try folder.names(atMost: 4096)
            if names.isEmpty { return }
            for name in names where try !unlink(name, folder.raw) {
                let child = try open(name, folder.raw)
                if depth < deepest {
                    try empty(child, depth: depth + 1, top: top)
                    try removeFolder(name, folder.raw)
                } else {
                    let bytes = terminated(name)
                    try retrying("rename", shown(name)) {
                        cs_renameat2(folder.raw, bytes, top, TemporaryName.fresh(), CS_RENAME_NOREPLACE.rawValue)
                    }
                }
            }
        }
    }

    /// False if it is a folder with something in it. Empty ones, of which a call can make very many, cost no more than
    /// files.
    private static func unlink(_ name: [UInt8], _ folder: Int32) throws(SystemError) -> Bool {
        let bytes = terminated(name)
        if unlinkat(folder, bytes, 0) == 0 || errno == ENOENT { return true }
        guard errno == EISDIR || errno == EPERM else { throw SystemError.last("unlink", shown(name)) }
        if unlinkat(folder, bytes, AT_REMOVEDIR) == 0 || errno == ENOENT { return true }
        guard errno == ENOTEMPTY || errno == EEXIST else { throw SystemError.last("rmdir", shown(name)) }
        return false
    }

    private static func open(_ name: [UInt8], _ folder: Int32) throws(SystemError) -> Descriptor {
        let bytes = terminated(name)
        let raw = try retrying("open", shown(name)) {
            openat(folder, bytes, pathOnly | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        }
        let opened = Descriptor(owning: raw)
        if try opened.status().permissions & 0o700 != 0o700 { try opened.setMode(0o700) }
        return opened
    }

    private static func removeFolder(_ name: [UInt8], _ folder: Int32) throws(SystemError) {
        let bytes = terminated(name)
        try retrying("rmdir", shown(name)) { unlinkat(folder, bytes, AT_REMOVEDIR) }
    }

    private static func terminated(_ name: [UInt8]) -> [CChar] { name.map(CChar.init(bitPattern:)) + [0] }
    private static func shown(_ name: [UInt8]) -> String { String(decoding: name, as: UTF8.self) }
}
