import CSandbox
import Glibc
import LinuxIO

/// What has to be on the disk before the next stage of a publication begins. Nothing in a stage waits for anything else in
/// it, so all of it is flushed at the same time: a stage costs about one flush, however many files there are.
struct FlushStage {
    /// Above this many files one flush of the file system is cheaper than one each.
    private static let mostSingle = 16

    /// Flushes whole file systems in place of files.
    let isWhole: Bool
    private var files: [SharedDescriptor] = []
    /// By device.
    private var roots: [UInt64: SharedDescriptor] = [:]
    private var works: [@Sendable () throws -> Void] = []

    /// - Parameter count: How many files will come, about.
    init(count: Int) { isWhole = count > Self.mostSingle }

    /// An open file or folder: data and metadata.
    mutating func add(_ file: SharedDescriptor) throws(SystemError) {
        if isWhole { try addFileSystem(file) } else { files.append(file) }
    }

    /// A folder that is held with O_PATH: the names in it.
    mutating func addFolder(_ folder: SharedDescriptor) throws(SystemError) {
        if isWhole, try roots[folder.status().device] != nil { return }
        try add(folder.reopened(O_RDONLY | O_DIRECTORY).shared())
    }

    /// The folders in which the operations are.
    ///
    /// - Parameter skipsMoved: True leaves out folders that are elsewhere now; otherwise such a one is a `LayerConflict`.
    mutating func addFolders(
        of operations: [PublishOperation], in workspace: WorkspaceRoot, skipsMoved: Bool = false
    ) throws {
        var names: Set<String> = []
        for operation in operations {
            do {
                let folder = try workspace.folder(of: operation)
                if names.insert(operation.folder).inserted { try addFolder(folder) }
            } catch is LayerConflict where skipsMoved {
                continue
            }
        }
    }

    /// Work that has time until this stage is over, such as what need not be on the disk.
    mutating func add(_ work: @escaping @Sendable () throws -> Void) { works.append(work) }

    /// Flushes everything. Whatever fails, all of it was tried. Blocking.
    func run() throws {
        let flushes = files.map { file -> @Sendable () throws -> Void in { try file.synchronize() } }
        let whole = roots.values.map { root -> @Sendable () throws -> Void in
            { try retrying("syncfs") { cs_syncfs(root.raw) } }
        }
        try BlockingPool.shared.runTogether(flushes + whole + works)
    }

    private mutating func addFileSystem(_ file: SharedDescriptor) throws(SystemError) {
        let device = try file.status().device
        if roots[device] == nil { roots[device] = file }
    }
}
