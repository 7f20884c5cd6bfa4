import CSandbox
import Glibc
import LinuxIO
import StrictJSON

/// A program that the operating system installed: pinned by its digest where it lies, not copied, because it needs its
/// libraries and files around it. Only root can change it, and when its inode changes it is read again.
package struct SystemProgram: Hashable, Sendable {
    /// As the manifest or the script names it: what a program finds as its own name.
    package let name: String
    /// Without symbolic links.
    package let path: String
    package let digest: Digest
    /// What the file was when it had that digest.
    let stamp: FileStamp

    /// Where an operating system installs programs.
    private static let roots = ["/usr/", "/opt/", "/bin/", "/sbin/", "/lib/", "/lib64/"]

    /// Opens a program, and says whether it is one of the system's.
    static func open(_ path: String) throws -> (file: SharedDescriptor, path: String, isSystem: Bool) {
        let file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY)
        let status = try file.status()
        guard status.kind == .file else {
            throw StoreError(.notExecutable, "`\(path)` is not a regular file")
        }
        let real = try file.currentPath(path)
        let isSystem = try roots.contains { real.hasPrefix($0) } && isRootsAlone(status) && areFoldersRootsAlone(real)
        return (file.shared(), real, isSystem)
    }

    /// Opens the program again and makes sure that it is what was registered.
    func openVerified(_ verified: VerifiedFiles, for tool: String) throws -> SharedDescriptor {
        let file: SharedDescriptor
        do throws(SystemError) {
            // A link that has come in its place is another program.
            file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY).shared()
        } catch {
            throw StoreError(
                .changedProgram, "`\(path)`, which tool `\(tool)` uses, cannot be opened: \(error.message)",
                remedy: "install it, then `agentbox tool register` the tool again")
        }
        let status = try file.status()
        if FileStamp(status) == stamp { return file }
        guard status.kind == .file, Self.isRootsAlone(status), try verified.holds(file, digest, path) else {
            throw StoreError(
                .changedProgram, "`\(path)`, which tool `\(tool)` uses, changed since the tool was registered",
                remedy: "if an upgrade changed it, `agentbox tool register` the tool again")
        }
        return file
    }

    private static func isRootsAlone(_ status: FileStatus) -> Bool {
        status.owner == 0 && status.permissions & 0o022 == 0
    }

    private static func areFoldersRootsAlone(_ path: String) throws -> Bool {
        var folder = path
        while let slash = folder.lastIndex(of: "/") {
            folder = String(folder[..<slash])
            let opened = try Descriptor.open(folder.isEmpty ? "/" : folder, Int32(CS_O_PATH.rawValue) | O_NOFOLLOW)
            guard isRootsAlone(try opened.status()) else { return false }
        }
        return true
    }

    var json: JSON {
        ["name": .string(name), "path": .string(path), "digest": .string(digest.description), "stamp": stamp.json]
    }

    init(name: String, path: String, digest: Digest, stamp: FileStamp) {
        self.name = name
        self.path = path
        self.digest = digest
        self.stamp = stamp
    }

    init?(_ json: JSON) {
        guard let name = json["name"]?.stringValue, let path = json["path"]?.stringValue,
            let digest = json["digest"]?.stringValue.flatMap({ Digest($0) }),
            let stamp = json["stamp"].flatMap({ FileStamp($0) })
        else { return nil }
        self.init(name: name, path: path, digest: digest, stamp: stamp)
    }
}
