import Glibc
import LinuxIO

/// The system calls by which a log changes. Tests put failing ones in their place.
struct LogOperations: Sendable {
    /// Writes once, at the end of the file; may write less than it was given.
    var write: @Sendable (SharedDescriptor, ArraySlice<UInt8>) throws(SystemError) -> Int
    /// Writes all of it at an offset.
    var writeAt: @Sendable (SharedDescriptor, [UInt8], Int64) throws(SystemError) -> Void
    var synchronize: @Sendable (SharedDescriptor) throws(SystemError) -> Void
    var truncate: @Sendable (SharedDescriptor, Int64) throws(SystemError) -> Void

    func writeAll(_ bytes: [UInt8], to file: SharedDescriptor) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            written += try write(file, bytes[written...])
        }
    }

    static let system = LogOperations(
        write: { (file, bytes) throws(SystemError) in
            try retrying("write") { bytes.withUnsafeBytes { Glibc.write(file.raw, $0.baseAddress, $0.count) } }
        },
        writeAt: { (file, bytes, offset) throws(SystemError) in try file.write(bytes, at: offset) },
        synchronize: { (file) throws(SystemError) in try file.synchronizeData() },
        truncate: { (file, size) throws(SystemError) in
            try retrying("ftruncate") { ftruncate(file.raw, off_t(size)) }
        })
}
