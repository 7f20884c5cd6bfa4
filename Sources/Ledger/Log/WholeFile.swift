import Glibc
import LinuxIO

/// Writes files that are there as a whole or not at all.
enum WholeFile {
    /// Writes a file beside, and puts it in the place of `name` when it is on the disk.
    static func write(
        _ bytes: [UInt8], to name: String, in folder: SharedDescriptor, mode: mode_t, durable: Bool = true
    ) throws(SystemError) {
        let temporary = "\(name).new-\(getpid())"
        do {
            let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
            let file = try Descriptor.open(temporary, in: folder, flags, mode: mode)
            try file.writeAll(bytes)
            if durable { try file.synchronize() }
            try retrying("renameat", name) { renameat(folder.raw, temporary, folder.raw, name) }
            if durable { try folder.synchronize() }
        } catch {
            unlinkat(folder.raw, temporary, 0)
            throw error
        }
    }
}
