import Glibc
import LinuxIO

/// Appends to the erasable store, for one process. Call it under the ledger's lock.
struct DataAppender: Sendable {
    private let folder: SharedDescriptor
    private let path: String
    private var current: (number: UInt64, file: SharedDescriptor, end: Int64)?
    private var hasFolder = false

    init(ledger folder: SharedDescriptor, path: String) {
        self.folder = folder
        self.path = path
    }

    /// Writes the records, and returns when they are on the disk.
    mutating func append(
        _ records: [(index: LedgerIndex, payload: [UInt8])], _ operations: LogOperations
    ) throws(SystemError) {
        var rest = records[...]
        while let first = rest.first {
            let number = DataSegment.number(of: first.index)
            let batch = rest.prefix { DataSegment.number(of: $0.index) == number }
            try append(batch, to: number, operations)
            rest = rest.dropFirst(batch.count)
        }
    }

    private mutating func append(
        _ records: ArraySlice<(index: LedgerIndex, payload: [UInt8])>, to number: UInt64, _ operations: LogOperations
    ) throws(SystemError) {
        var (file, end) = try segment(number)
        var bytes: [UInt8] = []
        for (index, payload) in records { bytes += DataRecord(index: index, payload: payload).encoded + payload }
        current = nil
        do throws(SystemError) {
            try operations.writeAt(file, bytes, end)
            try operations.synchronize(file)
        } catch {
            // What was written belongs to no entry. If this fails too, the next one to append cuts it off or skips it.
            try? operations.truncate(file, end)
            throw error
        }
        end += Int64(bytes.count)
        current = (number, file, end)
    }

    /// The segment, and where its next record goes. Another process may have appended since this one last did.
    private mutating func segment(_ number: UInt64) throws(SystemError) -> (SharedDescriptor, Int64) {
        if let current, current.number == number {
            let status = try current.file.status()
            if status.size == current.end, status.links > 0 { return (current.file, current.end) }
        }
        if !hasFolder {
            if mkdirat(folder.raw, DataSegment.folderName, 0o700) == 0 {
                try folder.synchronize()
            } else if errno != EEXIST {
                throw SystemError.last("mkdir", path + "/" + DataSegment.folderName)
            }
            hasFolder = true
        }
        let flags = O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY
        let file = try Descriptor.open(DataSegment.name(number), in: folder, flags, mode: 0o600).shared()
        let end = try DataSegment(file: file).records().end
        let size = try file.status().size
        if size > end { try retrying("ftruncate") { ftruncate(file.raw, off_t(end)) } }
        if size == 0 {
            try Descriptor.open(DataSegment.folderName, in: folder, O_RDONLY | O_DIRECTORY).synchronize()
        }
        return (file, end)
    }
}
