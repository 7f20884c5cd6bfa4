import Approvals
import Glibc
import LinuxIO
import Store

/// The files that say whose signature counts, read anew at every answer: a key that was just revoked is none.
package struct SignerFiles: Hashable, Sendable {
    /// ssh-keygen's allowed signers file; none is nobody.
    package let allowedSigners: String
    /// Keys and certificates that no longer count: a KRL, or public keys; none is none.
    package let revokedKeys: String

    private static let longest = 4 << 20

    /// Those of a home.
    package init(_ home: Home) {
        self.init(allowedSigners: home.path + "/allowed_signers", revokedKeys: home.path + "/revoked_keys")
    }

    package init(allowedSigners: String, revokedKeys: String) {
        self.allowedSigners = allowedSigners
        self.revokedKeys = revokedKeys
    }

    /// Blocking.
    ///
    /// - Throws: `ApprovalRefusal` if a file cannot be read, holds what cannot be read, or if others could have written
    ///   it: then nobody's signature counts.
    package func judge() throws(ApprovalRefusal) -> ApprovalJudge {
        do {
            let signers = try Self.content(allowedSigners).map {
                try AllowedSigners(parsing: $0, file: allowedSigners)
            }
            let revoked = try Self.content(revokedKeys).map { try RevocationList(parsing: $0, file: revokedKeys) }
            return ApprovalJudge(signers: signers ?? .none, revocations: revoked ?? .none)
        } catch let error as ApprovalRefusal {
            throw error
        } catch let error as ApprovalFileError {
            throw ApprovalRefusal(.unknownSigner, error.message, remedy: error.remedy)
        } catch {
            throw ApprovalRefusal(.unknownSigner, "\(error)")
        }
    }

    /// Nil if there is no such file.
    private static func content(_ path: String) throws -> [UInt8]? {
        let file: Descriptor
        do throws(SystemError) {
            file = try Descriptor.open(path, O_RDONLY | O_NONBLOCK)
        } catch {
            if error.errno == ENOENT { return nil }
            throw ApprovalRefusal(.unknownSigner, "`\(path)` cannot be read: \(error.message)")
        }
        let status = try file.status()
        guard status.kind == .file, status.owner == geteuid() || status.owner == 0, status.permissions & 0o022 == 0
        else {
            throw ApprovalRefusal(
                .unknownSigner, "others could have written to `\(path)`",
                remedy: "look at what it says, then: chmod go-w '\(path)'")
        }
        do throws(SystemError) {
            return try file.readAll(limit: longest)
        } catch {
            throw ApprovalRefusal(.unknownSigner, "`\(path)` cannot be read: \(error.message)")
        }
    }

    /// - Throws: `ApprovalError` if a file lies where calls of the task may write: then an agent could name its approver.
    func requireOutside(_ workspace: String?) throws {
        guard let root = workspace.flatMap(Self.real) else { return }
        for path in [allowedSigners, revokedKeys] {
            // A file that is not there may come to be there: then its folder counts.
            let place = Self.real(path) ?? Self.real(Self.folder(of: path))
            guard let place, place == root || place.hasPrefix(root == "/" ? "/" : root + "/") else { continue }
            throw ApprovalError(
                "unsafe-signers", "`\(path)` lies in the workspace, where calls of the task may write",
                remedy: "keep it outside, or in `$AGENTBOX_HOME/allowed_signers`")
        }
    }

    private static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static func real(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
