import Glibc
import LinuxIO

/// A small file of `$AGENTBOX_HOME/keys` that is made once, whoever comes first, and is its owner's alone.
struct KeyFile: Sendable {
    let path: String
    private let folder: String

    private static let limit = 64 << 10

    init(_ name: String, in folder: String) {
        path = folder + "/" + name
        self.folder = folder
    }

    /// What it holds; made from `content` if it is not there yet. Blocking.
    ///
    /// - Throws: `CredentialError` if others can read or write it, or it cannot be made.
    func text(orMade content: () throws(CredentialError) -> String) throws(CredentialError) -> String {
        if let text = try existing() { return text }
        let made = try content()
        do {
            if mkdir(folder, 0o700) != 0, errno != EEXIST { throw SystemError.last("mkdir", folder) }
            let temporary = "\(path).new-\(getpid())-\(UInt32.random(in: 0 ... .max))"
            defer { unlink(temporary) }
            let file = try Descriptor.open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
            try file.writeAll(Array(made.utf8))
            try file.synchronize()
            // Of two that make it at once one wins, and both use that.
            if link(temporary, path) != 0, errno != EEXIST { throw SystemError.last("link", path) }
            try Descriptor.open(folder, O_RDONLY | O_DIRECTORY).synchronize()
        } catch {
            throw CredentialError(.unconfigured, "cannot make the key `\(path)`: \(error)")
        }
        guard let text = try existing() else {
            throw CredentialError(.unconfigured, "the key `\(path)` vanished as it was made")
        }
        return text
    }

    /// Nil if there is no such file. Blocking.
    func existing() throws(CredentialError) -> String? {
        do throws(any Error) {
            let file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .file, status.owner == geteuid(), status.permissions & 0o077 == 0 else {
                throw CredentialError(
                    .unconfigured, "`\(path)` is a key that other users can read or write",
                    remedy: "make another: remove it, and tell those who trust it; then `chmod 700` its folder")
            }
            return String(decoding: try file.readAll(limit: Self.limit), as: UTF8.self)
        } catch let error as SystemError where error.errno == ENOENT {
            return nil
        } catch let error as CredentialError {
            throw error
        } catch {
            throw CredentialError(.unconfigured, "cannot read the key `\(path)`: \(error)")
        }
    }
}
