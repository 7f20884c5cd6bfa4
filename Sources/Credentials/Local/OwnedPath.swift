import Glibc
import LinuxIO

/// Opens a file that nobody but root and the user of this process can put another one in the place of.
///
/// Attack: a link of another user's, or a folder of theirs on the way, by which they choose which of our files is read.
enum OwnedPath {
    /// `O_PATH`, which Glibc leaves out.
    private static let pathOnly: Int32 = 0o10_000_000
    /// As the kernel has it.
    private static let mostLinks = 40

    /// Blocking. Links of our own or of root's are followed.
    ///
    /// - Throws: `CredentialError` that names the link or the folder, and what to do; `SystemError` if there is no such file.
    static func open(_ path: String) throws -> Descriptor {
        var rest = Array(path.split(separator: "/").map(String.init).reversed())
        var folder = try Descriptor.open(path.hasPrefix("/") ? "/" : ".", pathOnly | O_DIRECTORY)
        var place = path.hasPrefix("/") ? "" : "."
        var links = 0
        while let name = rest.popLast() {
            if name == "." { continue }
            try require(folder, place.isEmpty ? "/" : place)
            let here = place + "/" + name
            let entry = try at(folder, name, pathOnly | O_NOFOLLOW, here)
            let status = try entry.status()
            if status.kind == .symbolicLink {
                guard isOwn(status) else {
                    throw CredentialError(
                        .unconfigured, "`\(here)` is a link of user \(status.owner), who so chooses the secret",
                        remedy: "name the file that it leads to, or make the link yourself")
                }
                links += 1
                guard links <= mostLinks else { throw SystemError(call: "open", errno: ELOOP, subject: path) }
                let target = try target(of: entry, here)
                rest += target.split(separator: "/").map(String.init).reversed()
                if target.hasPrefix("/") {
                    folder = try Descriptor.open("/", pathOnly | O_DIRECTORY)
                    place = ""
                }
            } else if rest.isEmpty {
                return try at(folder, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_NOFOLLOW, here)
            } else {
                folder = entry
                place = here
            }
        }
        throw CredentialError(.unconfigured, "`\(path)` is not a regular file")
    }

    private static func isOwn(_ status: FileStatus) -> Bool { status.owner == 0 || status.owner == geteuid() }

    /// In one that is sticky, as `/tmp` is, others can add and not replace.
    private static func require(_ folder: borrowing Descriptor, _ place: String) throws {
        let status = try folder.status()
        guard isOwn(status) else {
            throw CredentialError(
                .unconfigured, "the folder `\(place)` belongs to user \(status.owner), who so chooses the secret in it",
                remedy: "keep the secret in a folder of your own")
        }
        guard status.permissions & 0o022 == 0 || status.permissions & 0o1000 != 0 else {
            throw CredentialError(
                .unconfigured, "other users can write to the folder `\(place)`, and so choose the secret in it",
                remedy: "chmod go-w '\(place)', or keep the secret elsewhere")
        }
    }

    private static func at(
        _ folder: borrowing Descriptor, _ name: String, _ flags: Int32, _ place: String
    ) throws(SystemError) -> Descriptor {
        let number = openat(folder.raw, name, flags | O_CLOEXEC)
        guard number >= 0 else { throw SystemError.last("open", place) }
        return Descriptor(owning: number)
    }

    private static func target(of link: borrowing Descriptor, _ place: String) throws(SystemError) -> String {
        var bytes = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = readlinkat(link.raw, "", &bytes, bytes.count)
        guard count > 0 else { throw SystemError.last("readlink", place) }
        return String(decoding: bytes.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
