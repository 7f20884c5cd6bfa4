import Glibc

/// Metadata of an open file.
package struct FileStatus: Hashable, Sendable {
    package let device: UInt64
    package let inode: UInt64
    /// Type and permission bits.
    package let mode: UInt32
    package let links: UInt64
    package let owner: UInt32
    package let group: UInt32
    /// Of a device file, the device that it stands for.
    package let specialDevice: UInt64
    package let size: Int64
    package let modified: FileTime
    package let changed: FileTime

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        mode = status.st_mode
        links = UInt64(status.st_nlink)
        owner = status.st_uid
        group = status.st_gid
        specialDevice = UInt64(status.st_rdev)
        size = Int64(status.st_size)
        modified = FileTime(seconds: Int64(status.st_mtim.tv_sec), nanoseconds: Int64(status.st_mtim.tv_nsec))
        changed = FileTime(seconds: Int64(status.st_ctim.tv_sec), nanoseconds: Int64(status.st_ctim.tv_nsec))
    }

    package var kind: FileKind {
        switch mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        case S_IFLNK: .symbolicLink
        default: .other
        }
    }

    /// The permission bits, with set-uid, set-gid and sticky.
    package var permissions: UInt32 { mode & 0o7777 }
}

/// What lies behind a name.
package enum FileKind: Hashable, Sendable {
    case file, directory, symbolicLink
    /// A device, a socket or a FIFO.
    case other
}

/// A time stamp of a file, since 1970.
package struct FileTime: Hashable, Sendable {
    package let seconds: Int64
    package let nanoseconds: Int64

    package init(seconds: Int64, nanoseconds: Int64) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }
}
