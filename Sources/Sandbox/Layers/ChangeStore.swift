import CSandbox
import Glibc
import LinuxIO
import StrictJSON

/// The `changes` folder of a run: records of what was published, and the contents to show and to undo it.
package struct ChangeStore: Sendable {
    static let folderName = "changes"
    private static let largestRecord = 64 << 20

    private let folder: SharedDescriptor
    private let blobs: SharedDescriptor

    /// Of the open folder `changes`.
    init(_ folder: SharedDescriptor) throws(SystemError) {
        self.folder = folder
        blobs = try RunFolder.folder("blobs", in: folder)
    }

    /// Opens the changes of a run that may be under way or over.
    package init(runDirectory path: String) throws(LayerError) {
        do {
            let run = try Descriptor.open(path, pathOnly | O_DIRECTORY | O_NOFOLLOW)
            try self.init(RunFolder.folder(Self.folderName, in: run))
        } catch {
            throw LayerError("open the changes of the run `\(path)`", error)
        }
    }

    /// All records, in the order of their publication.
    package func records() throws(LayerError) -> [ChangeRecord] {
        do {
            return try numbers(suffix: ".json").map { number throws in
                let file = try Descriptor.open(RunFolder.name(of: number) + ".json", in: folder, O_RDONLY | O_NOFOLLOW)
                let bytes = try file.readAll(limit: Self.largestRecord)
                guard let record = ChangeRecord(try JSON(parsing: bytes)), record.number == number else {
                    throw LayerError(.damagedRecord, "the record of change \(number) is damaged")
                }
                return record
            }
        } catch let error as LayerError {
            throw error
        } catch let error as SystemError {
            throw LayerError("read the changes of the run", error)
        } catch {
            throw LayerError(.damagedRecord, "a record of a change is damaged: \(error)")
        }
    }

    /// A kept content of at most `limit` bytes; nil if it was not kept, or is not what its name says.
    package func content(_ digest: String, limit: Int) throws(LayerError) -> [UInt8]? {
        guard let digest = ContentDigest(digest) else { return nil }
        do {
            let bytes = try blobs.openContent(digest.hex).readAll(limit: limit)
            return ContentDigest(of: bytes) == digest ? bytes : nil
        } catch {
            if error.errno == ENOENT { return nil }
            throw LayerError("read a kept content", error)
        }
    }

    /// Where a kept content lies, to publish it again; nil if it is not there, or not what its name says.
    func source(_ digest: ContentDigest) throws(SystemError) -> ContentSource? {
        guard try blobs.inode(digest.hex) != nil else { return nil }
        let source = ContentSource(folder: blobs, path: digest.hex)
        return try ContentDigest(of: source.open()) == digest ? source : nil
    }

    /// Keeps a copy of an open file, whose digest is known; ESTALE if the file is not `identity` any more, and so
    /// perhaps not what the digest was taken of. Nothing of it is on the disk yet: what is returned can be flushed.
    ///
    /// A copy, or a clone where the file system has such a thing. Attack: a second name of the old inode would cost
    /// less, but whoever has it open, or has another name of it, could go on writing to what undo relies on.
    @discardableResult
    func keep(
        _ file: borrowing Descriptor, _ digest: ContentDigest, _ identity: FileIdentity? = nil
    ) throws(SystemError) -> SharedDescriptor {
        let size = try file.status().size
        return try keep(digest, size) { (target) throws(SystemError) in
            try file.copyContent(to: target)
            guard let identity, FileIdentity(try file.status()) != identity else { return }
            throw SystemError(call: "copy", errno: ESTALE)
        }
    }

    /// Keeps the text of a link.
    @discardableResult
    func keep(_ bytes: [UInt8], _ digest: ContentDigest) throws(SystemError) -> SharedDescriptor {
        try keep(digest, Int64(bytes.count)) { (target) throws(SystemError) in try target.writeAll(bytes) }
    }

    private func keep(
        _ digest: ContentDigest, _ size: Int64, _ write: (borrowing Descriptor) throws(SystemError) -> Void
    ) throws(SystemError) -> SharedDescriptor {
        if let known = try blobs.inode(digest.hex)?.reopened(O_RDONLY), try known.status().size == size {
            return known.shared()
        }
        let temporary = TemporaryName.fresh()
        let file = try Descriptor.open(temporary, in: blobs, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        do {
            try write(file)
            try retrying("rename", digest.hex) { renameat(blobs.raw, temporary, blobs.raw, digest.hex) }
        } catch {
            try? blobs.removeFile(temporary)
            throw error
        }
        return file.shared()
    }

    /// What holds the names of kept contents, and of records: to be flushed with them.
    var folders: (contents: SharedDescriptor, records: SharedDescriptor) { (blobs, folder) }

    /// The number of the last record; 0 if there is none.
    func lastNumber() throws(SystemError) -> Int { try numbers(suffix: ".json").last ?? 0 }

    /// Writes a record beside the journal of its publication, where it counts for nothing. To be flushed.
    func prepare(_ record: ChangeRecord, in layer: SharedDescriptor) throws(SystemError) -> SharedDescriptor {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW
        let file = try Descriptor.open(Self.preparedName, in: layer, flags, mode: 0o600)
        try file.writeAll(record.json().encoded())
        return file.shared()
    }

    /// Makes a prepared record count, as soon as the folder of the records is flushed.
    func confirm(_ number: Int, from layer: SharedDescriptor) throws(SystemError) {
        let name = Self.finalName(number)
        try retrying("renameat2", name) {
            cs_renameat2(layer.raw, Self.preparedName, folder.raw, name, CS_RENAME_NOREPLACE.rawValue)
        }
    }

    /// True if the record counts.
    func isConfirmed(_ number: Int) throws(SystemError) -> Bool { try folder.inode(Self.finalName(number)) != nil }

    /// Forgets the record of a publication that is taken back, if it was confirmed.
    func drop(_ number: Int) throws(SystemError) {
        let name = Self.finalName(number)
        if unlinkat(folder.raw, name, 0) != 0, errno != ENOENT { throw SystemError.last("unlink", name) }
    }

    private static func finalName(_ number: Int) -> String { RunFolder.name(of: number) + ".json" }
    /// In the folder of a layer.
    static let preparedName = "record"

    private func numbers(suffix: String) throws(SystemError) -> [Int] {
        try folder.names(atMost: .max).compactMap { bytes in
            let name = String(decoding: bytes, as: UTF8.self)
            guard name.hasSuffix(suffix) else { return nil }
            return Int(name.dropLast(suffix.count))
        }.sorted()
    }
}

/// A regular file to copy from.
struct ContentSource: Sendable {
    let folder: SharedDescriptor
    let path: String

    func open() throws(SystemError) -> Descriptor { try folder.openContent(path) }
}

/// Names of files that are on their way: `.agentbox-` and 16 hex digits.
enum TemporaryName {
    static let prefix = ".agentbox-"

    static func fresh() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return prefix + String(repeating: "0", count: 16 - digits.count) + digits
    }
}
