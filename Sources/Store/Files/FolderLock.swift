import Glibc
import LinuxIO

/// A lock between processes, held on a file of a folder.
struct FolderLock {
    private let file: SharedDescriptor

    /// Waits for the lock of that name. It ends with the value's last copy, or with the process.
    init(_ name: String, in folder: Folder) throws(SystemError) {
        file = try folder.open(name, O_RDWR | O_CREAT, mode: 0o600).shared()
        try file.lockExclusively()
    }

    /// Runs `body` while the lock is held.
    static func holding<Value>(
        _ name: String, in folder: Folder, _ body: () throws -> Value
    ) throws -> Value {
        let lock = try FolderLock(name, in: folder)
        return try withExtendedLifetime(lock, body)
    }
}
