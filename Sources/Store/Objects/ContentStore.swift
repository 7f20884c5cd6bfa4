import Glibc
import LinuxIO

/// Files by the SHA-256 of their content, written once and never changed.
///
///     let digest = try store.add(file, as: .executable, named: path)
///     let copy = try store.open(digest, .executable)   // verified
///
/// Objects are added by `ToolRegistrar` alone, under its lock. An object appears under its name only when it is whole and on the disk. Opening one reads it and compares its digest,
/// once for each state of the file in a process: a disk error or a change is noticed before anything runs.
package struct ContentStore: Sendable {
    /// What an object is for, which decides its mode.
    package enum Kind: String, Sendable, CaseIterable {
        case data
        case executable

        var folder: String { self == .data ? "objects" : "executables" }
        var mode: mode_t { self == .data ? 0o444 : 0o555 }
    }

    /// The largest object: no tool is larger, and a device or a growing file must not fill the disk.
    static let sizeLimit: Int64 = 1 << 30

    private let folders: [Kind: Folder]
    private let temporary: Folder
    private let verified: VerifiedFiles

    package init(_ home: Home) throws(StoreError) {
        try self.init(home, verified: VerifiedFiles())
    }

    init(_ home: Home, verified: VerifiedFiles) throws(StoreError) {
        (folders, temporary) = try StoreError.translating("cannot open the store `\(home.store)`") {
            let store = try home.part(.store)
            var folders: [Kind: Folder] = [:]
            for kind in Kind.allCases { folders[kind] = try store.folder(kind.folder) }
            return (folders, try store.folder("temporary"))
        }
        self.verified = verified
    }

    /// Copies a file into the store. The digest is of what was copied, so nothing can be swapped between the reading
    /// and the copying; a file that is there already is kept.
    func add(_ source: SharedDescriptor, as kind: Kind, named path: String) throws(StoreError) -> Digest {
        try StoreError.translating("cannot copy `\(path)` into the store") {
            try add(as: kind) { file in
                try FileHash.copy(source, to: file, limit: Self.sizeLimit, path)
            }
        }
    }

    /// Puts bytes into the store.
    func add(_ bytes: [UInt8], as kind: Kind) throws(StoreError) -> Digest {
        try StoreError.translating("cannot write to the store") {
            try add(as: kind) { file in
                try file.writeAll(bytes)
                return Digest.of(bytes)
            }
        }
    }

    /// Opens an object for reading, after its content was compared with the digest.
    package func open(_ digest: Digest, _ kind: Kind) throws(StoreError) -> SharedDescriptor {
        try StoreError.translating("cannot open object `\(digest)`") {
            let objects = try folder(kind)
            let file: SharedDescriptor
            do throws(SystemError) {
                file = try objects.open(Self.name(of: digest), O_RDONLY).shared()
            } catch {
                guard error.errno == ENOENT else { throw error }
                throw StoreError(
                    .objectMissing, "the store holds no object `\(digest)`", remedy: "register the tool again")
            }
            guard try verified.holds(file, digest, "object \(digest)") else {
                throw StoreError(
                    .damagedObject, "object `\(digest)` of the store was changed or is damaged",
                    remedy: "register the tool again: that replaces it")
            }
            return file
        }
    }

    /// Gives an object a second name, in a folder that is being made on the same file system.
    func link(_ digest: Digest, _ kind: Kind, as name: String, in target: Folder) throws {
        let objects = try folder(kind)
        try retrying("linkat", target.path + "/" + name) {
            linkat(objects.descriptor.raw, Self.name(of: digest), target.descriptor.raw, name, 0)
        }
    }

    /// Removes what a process left that died while it added. Call it under the lock.
    func removeLeftovers() throws(SystemError) {
        for name in try temporary.names() { try temporary.remove(name) }
    }

    private func add(as kind: Kind, _ fill: (borrowing Descriptor) throws -> Digest) throws -> Digest {
        let name = Folder.randomName()
        let file = try temporary.create(name)
        // Under its temporary name it is of no use to anybody; failing to remove it costs space only.
        defer { _ = unlinkat(temporary.descriptor.raw, name, 0) }
        let digest = try fill(file)
        try retrying("fchmod", name) { fchmod(file.raw, kind.mode) }
        try file.synchronize()
        let shard = try folder(kind).folder(String(digest.hex.prefix(2)))
        let object = String(digest.hex.dropFirst(2))
        if !(try isWhole(digest, object, in: shard)) {
            try temporary.rename(name, to: object, in: shard)
            try shard.descriptor.synchronize()
        }
        return digest
    }

    /// True if the object is there and good. One that is damaged is replaced by whoever adds it again.
    private func isWhole(_ digest: Digest, _ name: String, in shard: Folder) throws -> Bool {
        do throws(SystemError) {
            let file = try shard.open(name, O_RDONLY).shared()
            return (try? verified.holds(file, digest, name)) ?? false
        } catch {
            if error.errno == ENOENT { return false }
            throw error
        }
    }

    private func folder(_ kind: Kind) throws -> Folder {
        guard let folder = folders[kind] else { throw StoreError(.system, "no folder for objects of kind `\(kind)`") }
        return folder
    }

    private static func name(of digest: Digest) -> String {
        "\(digest.hex.prefix(2))/\(digest.hex.dropFirst(2))"
    }
}
