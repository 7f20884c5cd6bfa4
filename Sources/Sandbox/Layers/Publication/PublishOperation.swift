import LinuxIO

/// One step of a publication: it takes effect by a single rename (or chmod) and can be taken back by another.
struct PublishOperation: Sendable {
    let kind: Kind
    /// The folder that holds the name, relative to the workspace, and which one it is.
    let folder: String
    let folderIdentity: InodeNumber
    let name: String
    /// Beside `name`: the new content before the rename, the old one after it.
    let temporary: String
    /// The name of the lock that git itself takes to change this file: while it is held, git keeps away.
    let lock: String?
    /// What is under the name before; nil if nothing.
    let base: FileStamp?
    /// Of `chmod`.
    var oldMode: UInt32?
    var newMode: UInt32?
    /// What is beneath a folder that is installed or removed, relative to it: parents first.
    var contents: [String] = []

    enum Kind: String, Sendable {
        /// The staged content gets a free name.
        case install
        /// An object of git's: as `install`, but whoever came first has written the same.
        case installObject
        /// The staged content and what is there swap names.
        case replace
        /// What is there moves aside.
        case remove
        case chmod
    }

    var path: String { HostPath.join(folder, name) }
}

/// Which inode, on this host, while it exists.
struct InodeNumber: Hashable, Sendable {
    let device: UInt64
    let inode: UInt64

    init(device: UInt64, inode: UInt64) {
        self.device = device
        self.inode = inode
    }

    init(_ status: FileStatus) { self.init(device: status.device, inode: status.inode) }
    init(_ identity: FileIdentity) { self.init(device: identity.device, inode: identity.inode) }
}

/// An inode and its content, as far as stamps tell. The change time is left out: a rename moves it.
struct FileStamp: Hashable, Sendable {
    let inode: InodeNumber
    let size: Int64
    let modified: FileTime
    let isFolder: Bool

    init(_ status: FileStatus) {
        inode = InodeNumber(status)
        size = status.size
        modified = status.modified
        isFolder = status.kind == .directory
    }

    init(inode: InodeNumber, size: Int64, modified: FileTime, isFolder: Bool) {
        self.inode = inode
        self.size = size
        self.modified = modified
        self.isFolder = isFolder
    }
}
