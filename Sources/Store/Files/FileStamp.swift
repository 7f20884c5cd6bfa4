import LinuxIO
import StrictJSON

/// What changes when somebody replaces a file or writes to it. The time of change (ctime) cannot be set by its owner.
struct FileStamp: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64
    let size: Int64
    let modified: FileTime
    let changed: FileTime

    init(_ status: FileStatus) {
        device = status.device
        inode = status.inode
        size = status.size
        modified = status.modified
        changed = status.changed
    }

    /// False while the file's last change is so recent that another one could carry the same time stamps: the kernel's
    /// clock for them ticks every few milliseconds.
    var isSettled: Bool {
        let now = Timestamp.now().millisecondsSince1970
        let then = changed.seconds * 1000 + changed.nanoseconds / 1_000_000
        return now - then > 100
    }

    /// Device and inode as texts: they may exceed what a JSON number holds.
    var json: JSON {
        [
            "device": .string(String(device)), "inode": .string(String(inode)), "size": .integer(size),
            "modified": Self.json(modified), "changed": Self.json(changed),
        ]
    }

    init?(_ json: JSON) {
        guard let device = json["device"]?.stringValue.flatMap({ UInt64($0) }),
            let inode = json["inode"]?.stringValue.flatMap({ UInt64($0) }), let size = json["size"]?.integerValue,
            let modified = Self.time(json["modified"]), let changed = Self.time(json["changed"])
        else { return nil }
        self.device = device
        self.inode = inode
        self.size = size
        self.modified = modified
        self.changed = changed
    }

    private static func json(_ time: FileTime) -> JSON { [.integer(time.seconds), .integer(time.nanoseconds)] }

    private static func time(_ json: JSON?) -> FileTime? {
        guard let seconds = json?[0]?.integerValue, let nanoseconds = json?[1]?.integerValue else { return nil }
        return FileTime(seconds: seconds, nanoseconds: nanoseconds)
    }
}
