import Glibc
import LinuxIO

/// The folders and files of a layer that no call has yet, made while no call waits: to make an inode can take a third of
/// a millisecond, and a layer has five before the call writes its first byte.
struct BlankLayer: Sendable {
    /// Until it has a number.
    static let name = ".next"

    let folder: SharedDescriptor
    /// For the copies of a call, or the changes to what is beneath an overlay: open for reading.
    let tree: SharedDescriptor
    let work: SharedDescriptor

    /// Makes one in the folder of layers, its names on the disk. Blocking.
    init(in layers: SharedDescriptor) throws {
        try layers.makeFolder(Self.name, mode: 0o700)
        folder = try layers.openBeneath(Self.name, pathOnly | O_DIRECTORY).shared()
        tree = try folder.makeAndOpenFolder("tree")
        work = try folder.makeAndOpenFolder("work")
        try Journal.make(in: folder)
        _ = try Descriptor.open(
            ChangeStore.preparedName, in: folder, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        var flush = FlushStage(count: 2)
        try flush.addFolder(folder)
        try flush.addFolder(layers)
        try flush.run()
    }
}

extension SharedDescriptor {
    /// A new folder that is this user's alone, open for reading.
    func makeAndOpenFolder(_ name: String) throws(SystemError) -> SharedDescriptor {
        try makeFolder(name, mode: 0o700)
        return try Descriptor.open(name, in: self, O_RDONLY | O_DIRECTORY | O_NOFOLLOW).shared()
    }
}
