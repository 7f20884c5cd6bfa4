import Glibc

/// Whole-file locks that belong to the open file (OFD locks), not to the process.
///
/// They hold between processes and between two openings within one process, go away with the last duplicate of the
/// descriptor, so also with a process that is killed, and are not lost because somebody else in the process closes
/// the same file, as POSIX record locks are.
extension OpenDescriptor where Self: ~Copyable {
    /// Waits until nobody else holds the lock, then holds it. Blocking. The descriptor must be open for writing.
    package func lockExclusively() throws(SystemError) {
        var request = flock.wholeFile(F_WRLCK)
        try retrying("fcntl(F_OFD_SETLKW)") { fcntl(raw, OpenFileLock.setAndWait, &request) }
    }

    /// Holds the lock if nobody else does; false if somebody does.
    package func tryLockExclusively() throws(SystemError) -> Bool {
        var request = flock.wholeFile(F_WRLCK)
        do {
            try retrying("fcntl(F_OFD_SETLK)") { fcntl(raw, OpenFileLock.set, &request) }
            return true
        } catch {
            if error.errno == EAGAIN || error.errno == EACCES { return false }
            throw error
        }
    }

    /// True if another opening of the file holds its lock. A descriptor that is open for reading will do.
    package func isLockedElsewhere() throws(SystemError) -> Bool {
        var request = flock.wholeFile(F_WRLCK)
        try retrying("fcntl(F_OFD_GETLK)") { fcntl(raw, OpenFileLock.get, &request) }
        return request.l_type != Int16(F_UNLCK)
    }

    /// Gives the lock up.
    package func unlock() throws(SystemError) {
        var request = flock.wholeFile(F_UNLCK)
        try retrying("fcntl(F_OFD_SETLK)") { fcntl(raw, OpenFileLock.set, &request) }
    }
}

extension flock {
    fileprivate static func wholeFile(_ type: Int32) -> flock {
        // OFD locks require a process id of zero.
        flock(l_type: Int16(type), l_whence: Int16(SEEK_SET), l_start: 0, l_len: 0, l_pid: 0)
    }
}

/// The commands of fcntl(2), which the C library shows only with _GNU_SOURCE.
private enum OpenFileLock {
    static let get: Int32 = 36
    static let set: Int32 = 37
    static let setAndWait: Int32 = 38
}
