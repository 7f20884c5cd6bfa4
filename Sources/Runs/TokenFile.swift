import Glibc
import LinuxIO
import Store

/// A bearer token. It does not print.
struct BearerSecret: Sendable, CustomStringConvertible, CustomDebugStringConvertible {
    /// All that is handed on.
    let digest: Digest

    init(_ token: String) { digest = Digest.of(Array(token.utf8)) }

    var description: String { "a bearer token" }
    var debugDescription: String { description }
}

/// Where the bearer token of `agentbox mcp --http` is kept: a file of the user's own.
enum TokenFile {
    /// 256 bits.
    private static let length = 64
    private static let shortest = 32

    /// The token in the file; made if there is none. Blocking.
    static func token(at path: String) throws -> BearerSecret {
        if let kept = try read(path) { return kept }
        var generator = SystemRandomNumberGenerator()
        let token = String((0..<length).map { _ in "0123456789abcdef".randomElement(using: &generator) ?? "0" })
        let file = try Descriptor.open(path, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600).shared()
        try file.writeAll(Array((token + "\n").utf8))
        return BearerSecret(token)
    }

    /// Nil if there is no such file.
    private static func read(_ path: String) throws -> BearerSecret? {
        let file: SharedDescriptor
        do {
            file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).shared()
        } catch {
            if error.errno == ENOENT { return nil }
            guard error.errno == ELOOP || error.errno == ENXIO else { throw error }
            throw notAFile(path)
        }
        let status = try file.status()
        guard status.kind == .file else { throw notAFile(path) }
        guard status.owner == geteuid(), status.permissions & 0o077 == 0 else {
            throw RunError("others can read or change `\(path)`", remedy: "chmod 600 '\(path)', as its owner")
        }
        let text = String(decoding: try file.readAll(limit: 4096), as: UTF8.self)
        let token = text.hasSuffix("\n") ? String(text.dropLast()) : text
        guard token.utf8.count >= shortest, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw RunError(
                "`\(path)` holds no token: one line of at least \(shortest) visible characters",
                remedy: "remove it, and one is made")
        }
        return BearerSecret(token)
    }

    private static func notAFile(_ path: String) -> RunError {
        RunError("`\(path)` is no regular file", remedy: "remove it, and one is made, or name another file")
    }
}
