import Glibc
import LinuxIO
import Manifests

/// Reads secrets of this host that manifests refer to.
package struct SecretReader: Sendable {
    /// Longer is no secret.
    package static let limit = 256 << 10

    /// How long a program may take that is asked for one.
    private let patience: Duration

    package init(patience: Duration = .seconds(10)) { self.patience = patience }

    /// - Throws: `CredentialError` where there is none, it is empty or too long, or somebody else could have written it.
    package func read(_ reference: SecretReference) async throws(CredentialError) -> Secret {
        let secret: Secret
        switch reference {
        case .environment(let name): secret = try Self.variable(name)
        case .file(let path):
            secret = try await BlockingPool.shared.run { () throws(CredentialError) in try Self.file(path) }
        case .pass(let entry): secret = try await pass(entry, store: nil)
        case .secretService(let attributes): secret = try await secretService(attributes)
        }
        return try Self.usable(secret, of: reference.place)
    }

    /// What can be said of a secret without reading it, and without asking a program that would ask a person.
    package enum Look: Hashable, Sendable {
        case sound
        /// It can be read, and by others too.
        case exposed(String, remedy: String)
        /// A call that needs it is denied.
        case unusable(String, remedy: String?)
    }

    /// Blocking.
    package static func look(at reference: SecretReference) -> Look {
        do throws(CredentialError) {
            switch reference {
            case .environment(let name): _ = try usable(try variable(name), of: reference.place)
            case .file(let path): return try look(atFile: path)
            case .pass, .secretService: break
            }
            return .sound
        } catch {
            return .unusable(error.message, remedy: error.remedy)
        }
    }

    private static func look(atFile path: String) throws(CredentialError) -> Look {
        let status = try opened(path).status
        if status.size == 0 { return .unusable("the file `\(path)` is empty", remedy: nil) }
        guard status.permissions & 0o077 == 0 else {
            return .exposed("others can read the secret in `\(path)`", remedy: "chmod 600 '\(path)'")
        }
        return .sound
    }

    /// An entry of a store that is not where `pass` looks by itself.
    func pass(_ entry: String, store: String?) async throws(CredentialError) -> Secret {
        let output = try await HostProgram.run(
            "pass", ["show", "--", entry], adding: store.map { [("PASSWORD_STORE_DIR", $0)] } ?? [], within: patience,
            package: "pass")
        // By the convention of pass the first line is the password; what follows is about it.
        return output.withBytes { Secret($0.prefix { $0 != 0x0A }) }
    }

    private func secretService(_ attributes: [String: String]) async throws(CredentialError) -> Secret {
        let words = attributes.sorted { $0.key < $1.key }.flatMap { [$0.key, $0.value] }
        return try await HostProgram.run(
            "secret-tool", ["lookup"] + words, adding: [], within: patience, package: "libsecret-tools")
    }

    private static func variable(_ name: String) throws(CredentialError) -> Secret {
        guard let value = getenv(name) else {
            throw CredentialError(
                .unconfigured, "the environment that agentbox was started in has no variable `\(name)`",
                remedy: "start it with the variable, or take another source")
        }
        return Secret(UnsafeRawBufferPointer(start: value, count: strlen(value)))
    }

    /// Blocking.
    private static func file(_ path: String) throws(CredentialError) -> Secret {
        let file = try opened(path).file
        do throws(SystemError) {
            var bytes = try file.readAll(limit: limit)
            defer { bytes.withUnsafeMutableBytes { wipe($0) } }
            var end = bytes.endIndex
            if end > 0, bytes[end - 1] == 0x0A { end -= 1 }
            if end > 0, bytes[end - 1] == 0x0D { end -= 1 }
            return Secret(bytes[..<end])
        } catch {
            throw CredentialError(.unconfigured, "cannot read `\(path)`: \(error.message)")
        }
    }

    /// A file that nobody else could have written.
    private static func opened(_ path: String) throws(CredentialError) -> (file: SharedDescriptor, status: FileStatus) {
        do throws(any Error) {
            let file = try OwnedPath.open(path)
            let status = try file.status()
            guard status.kind == .file else {
                throw CredentialError(.unconfigured, "`\(path)` is not a regular file")
            }
            guard status.owner == geteuid() || status.owner == 0 else {
                throw CredentialError(
                    .unconfigured, "`\(path)` belongs to user \(status.owner), who so chooses the secret",
                    remedy: "take a file of your own")
            }
            guard status.permissions & 0o022 == 0 else {
                throw CredentialError(
                    .unconfigured, "other users can write to `\(path)`, and so choose the secret",
                    remedy: "chmod go-w '\(path)', and own it")
            }
            return (file.shared(), status)
        } catch let error as CredentialError {
            throw error
        } catch let error as SystemError {
            throw CredentialError(.unconfigured, "cannot read `\(path)`: \(error.message)")
        } catch {
            throw CredentialError(.unconfigured, "cannot read `\(path)`: \(error)")
        }
    }

    private static func usable(_ secret: Secret, of place: String) throws(CredentialError) -> Secret {
        guard secret.count > 0 else { throw CredentialError(.unconfigured, "\(place) is empty") }
        guard secret.count <= limit else {
            throw CredentialError(.unconfigured, "\(place) holds \(secret.count) bytes; the limit is \(limit)")
        }
        return secret
    }
}

/// Overwrites what held a secret.
func wipe(_ bytes: UnsafeMutableRawBufferPointer) {
    if let start = bytes.baseAddress { explicit_bzero(start, bytes.count) }
}
