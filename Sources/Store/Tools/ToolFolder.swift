import Glibc
import LinuxIO
import StrictJSON

/// The folder of one registered tool, `store/tools/DIGEST/`: the manifest and the profile as they were registered, and
/// in `content/` the executable and the declared files, which the view of its calls holds read-only.
struct ToolFolder {
    private static let manifestName = "manifest.json"
    private static let profileName = "profile.json"
    private static let contentName = "content"

    private let tools: Folder
    private let verified: VerifiedFiles

    init(_ home: Home, verified: VerifiedFiles) throws {
        tools = try home.part(.store).folder("tools")
        self.verified = verified
    }

    /// Makes the folder from objects of the store, or makes sure of the one that is there. Call it under the lock.
    func make(_ registration: Registration, _ opened: OpenedTool, _ store: ContentStore) throws {
        for name in try tools.names() where name.hasPrefix(".new-") { try tools.remove(name) }
        let name = registration.toolDigest.hex
        if (try? open(registration)) != nil { return }
        try tools.remove(name)

        let temporary = ".new-" + Folder.randomName()
        let folder = try tools.folder(temporary, durable: false)
        try folder.write(Self.manifestName, opened.manifest, mode: 0o444)
        try folder.write(Self.profileName, opened.profile, mode: 0o444)
        let content = try folder.folder(Self.contentName, mode: 0o755)
        for (path, file) in Self.expected(registration) {
            let (parent, last) = try Self.parent(of: path, in: content)
            try store.link(file.digest, file.kind, as: last, in: parent)
            try parent.descriptor.synchronize()
        }
        try content.descriptor.synchronize()
        try folder.descriptor.synchronize()
        try tools.rename(temporary, to: name, in: tools)
        try tools.descriptor.synchronize()
    }

    /// Opens the content after all of it was compared with the registration: nothing changed, missing or added.
    func open(_ registration: Registration) throws -> Folder {
        let content: Folder
        do throws(SystemError) {
            content = try tools.existing(registration.toolDigest.hex + "/" + Self.contentName)
        } catch {
            guard error.errno == ENOENT else { throw error }
            throw Self.damaged(registration, "is missing")
        }
        let expected = Self.expected(registration)
        for path in try Self.files(in: content) where expected[path] == nil {
            throw Self.damaged(registration, "holds `\(path)`, which was not registered")
        }
        for (path, file) in expected {
            do throws(SystemError) {
                let opened = try content.open(path, O_RDONLY | O_NONBLOCK).shared()
                let isGood = (try? verified.holds(opened, file.digest, path)) ?? false
                guard isGood else { throw SystemError(call: "verify", errno: EBADMSG) }
            } catch {
                throw Self.damaged(registration, "does not hold `\(path)` as it was registered")
            }
        }
        return content
    }

    /// Manifest and profile as they were registered; nil where they are damaged.
    func documents(_ registration: Registration) -> (manifest: JSON?, profile: JSON?) {
        func read(_ name: String, _ digest: Digest) -> JSON? {
            guard let file = try? tools.open(registration.toolDigest.hex + "/" + name, O_RDONLY | O_NONBLOCK),
                let bytes = try? file.readAll(limit: 4 << 20), Digest.of(bytes) == digest
            else { return nil }
            return try? JSON(parsing: bytes)
        }
        return (
            read(Self.manifestName, registration.manifestDigest), read(Self.profileName, registration.profileDigest)
        )
    }

    func path(of registration: Registration) -> String { tools.path + "/" + registration.toolDigest.hex }

    private static func expected(_ registration: Registration) -> [String: (digest: Digest, kind: ContentStore.Kind)] {
        var expected: [String: (digest: Digest, kind: ContentStore.Kind)] = [:]
        for file in registration.files { expected[file.path] = (file.digest, .data) }
        if case .stored(let name, let digest) = registration.executable { expected[name] = (digest, .executable) }
        return expected
    }

    private static func parent(of path: String, in folder: Folder) throws(SystemError) -> (Folder, String) {
        var parent = folder
        let parts = path.split(separator: "/").map(String.init)
        for part in parts.dropLast() { parent = try parent.folder(part, mode: 0o755) }
        return (parent, parts.last ?? path)
    }

    /// The paths of everything in a folder that is not a folder.
    private static func files(in folder: Folder, _ prefix: String = "") throws -> [String] {
        var found: [String] = []
        for name in try folder.names() {
            if let inner = try? folder.existing(name) {
                found += try files(in: inner, prefix + name + "/")
            } else {
                found.append(prefix + name)
            }
        }
        return found
    }

    private static func damaged(_ registration: Registration, _ what: String) -> StoreError {
        StoreError(
            .damagedTool, "the store's folder of tool `\(registration.name)` \(what)",
            remedy: "`agentbox tool register` the tool again")
    }
}
