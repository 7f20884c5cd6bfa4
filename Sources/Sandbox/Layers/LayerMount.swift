import LinuxIO
import Manifests

/// What a call's view mounts, read-write, at `/workspace` in place of the read-only workspace.
package enum LayerMount: Sendable {
    /// A folder that holds copies of the granted files and nothing else: bind it.
    case copied(SharedDescriptor)
    /// Copies of granted files at their names, and folders among them: what a view of its own shows.
    case composed(tree: SharedDescriptor, folders: [LayerFolder])
    /// The workspace with an overlay on it. `lower` is the workspace; the other two are on one file system.
    case overlay(lower: SharedDescriptor, upper: SharedDescriptor, work: SharedDescriptor)
}

/// Which kind of layer a call gets.
package enum LayerMode: String, Hashable, Sendable {
    /// The call changes nothing: no layer.
    case none
    /// Exact files: names beside them stay hidden, and publishing need not wait for others.
    case copied
    /// The whole tree is readable beneath the changes.
    case overlay
    /// Exact files and whole folders, and nothing beside them.
    case composed
}

/// A folder of the workspace that a call sees as a whole.
package struct LayerFolder: Sendable {
    /// Relative to the workspace, canonical.
    let path: String
    let lower: SharedDescriptor
    /// What takes the changes; nil: the folder is only read.
    let changes: Changes?

    /// Two folders in one folder.
    struct Changes: Sendable {
        let upper: SharedDescriptor
        let work: SharedDescriptor
    }
}

/// Who the call is on the host: its layer belongs to that user, and to nobody else.
package struct LayerOwner: Hashable, Sendable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }
}

/// What the host is ready to read back from a layer. Beyond, the whole layer is refused.
package struct LayerLimits: Hashable, Sendable {
    /// Names in the layer.
    package var entries: Int
    /// Folders beneath one another.
    package var depth: Int
    /// Content in all files together. The profile's `fileSize` bounds each one while the call runs.
    package var bytes: ByteCount

    package init(entries: Int = 50_000, depth: Int = 64, bytes: ByteCount = ByteCount(1 << 30)) {
        self.entries = entries
        self.depth = depth
        self.bytes = bytes
    }
}
