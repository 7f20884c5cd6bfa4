import Credentials
import Glibc
import LinuxIO
import Manifests
import StrictJSON

/// A service whose credentials outlive whoever asked for them: each is a file in a folder, good as long as it is there.
/// Several processes use it, and it does not care which of them dies.
package struct Bank: CredentialSource {
    package let folder: String
    package var revocability = Revocability.revoke
    package var lifetime: Duration? = .seconds(60)
    /// It ends a credential only for who shows it.
    package var isBearer = false
    /// How long what it issues lives.
    package var seconds: Int64 = 30

    package init(_ folder: String) { self.folder = folder }

    /// How it misbehaves, until it is told otherwise.
    package enum Fault: String, Sendable, CaseIterable {
        case none
        case refusesToMint
        /// It does not answer, and has issued nothing.
        case hangsAtMint
        /// It issues, and does not answer before somebody has given up; it heeds no cancellation.
        case mintsLate
        /// It says in time that it did not answer, issues in a second, and heeds no cancellation.
        case failsAndMintsLater
        case mintsOtherFields
        case mintsForLonger
        case refusesToRevoke
        case hangsAtRevoke
        /// It takes its time, within what it may.
        case slowAtRevoke
        /// It says that it has revoked.
        case liesAtRevoke
        case hangsAtProbe
    }

    package func misbehave(_ fault: Fault) throws {
        let file = try Descriptor.open(folder + "/fault", O_WRONLY | O_CREAT | O_TRUNC, mode: 0o600)
        try file.writeAll(Array(fault.rawValue.utf8))
    }

    private var fault: Fault {
        guard let file = try? Descriptor.open(folder + "/fault", O_RDONLY), let bytes = try? file.readAll(limit: 64)
        else {
            return .none
        }
        return Fault(rawValue: String(decoding: bytes, as: UTF8.self)) ?? .none
    }

    /// The leases whose credentials work.
    package var live: [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasPrefix("live-") { names.append(String(name.dropFirst(5))) }
        }
        return names.sorted()
    }

    package func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        CredentialPlan(revocability: revocability, lifetime: lifetime, summary: "an account", fields: ["token"])
    }

    package func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        switch fault {
        case .refusesToMint: throw CredentialError(.refused, "no account today")
        case .hangsAtMint: await Reactor.shared.sleep(until: .now + .seconds(60))
        case .mintsLate: await Task.detached { _ = await Reactor.shared.sleep(until: .now + .seconds(1)) }.value
        case .failsAndMintsLater:
            let path = path(request.lease)
            Task.detached {
                _ = await Reactor.shared.sleep(until: .now + .seconds(1))
                close(open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
            }
            throw CredentialError(.unreachable, "no answer")
        default: break
        }
        guard !Task.isCancelled || fault == .mintsLate else { throw CredentialError(.unreachable, "cancelled") }
        close(open(path(request.lease), O_WRONLY | O_CREAT | O_CLOEXEC, 0o600))
        let seconds: Int64 = fault == .mintsForLonger ? 7200 : seconds
        let expires = Timestamp(millisecondsSince1970: Timestamp.now().millisecondsSince1970 + seconds * 1000)
        return MintedCredential(
            fields: [fault == .mintsOtherFields ? "other" : "token": Secret("secret-of-\(request.lease)")],
            handle: LeaseHandle(
                lease: request.lease, details: ["account": .string(request.lease)], scope: request.scope),
            expires: revocability == .none ? nil : expires)
    }

    package func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {
        switch fault {
        case .refusesToRevoke: throw CredentialError(.refused, "accounts stay")
        case .hangsAtRevoke: await Task.detached { _ = await Reactor.shared.sleep(until: .now + .seconds(60)) }.value
        case .liesAtRevoke: return
        case .slowAtRevoke: _ = await Reactor.shared.sleep(until: .now + .milliseconds(150))
        default: break
        }
        count(lease.lease)
        guard revocability > .expiry else { return }
        guard
            !isBearer
                || credential?.fields["token"]?.withBytes({ $0.elementsEqual("secret-of-\(lease.lease)".utf8) }) == true
        else { throw CredentialError(.lost, "only who has it can end it") }
        unlink(path(lease.lease))
    }

    package func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        if fault == .hangsAtProbe {
            await Task.detached { _ = await Reactor.shared.sleep(until: .now + .seconds(60)) }.value
        }
        if isBearer, credential == nil { return .unknown("nobody has it") }
        return access(path(lease.lease), F_OK) == 0 ? .accepted("the account is open") : .refused("no such account")
    }

    /// How often it was asked to revoke this lease, by whatever process.
    package func revocations(of lease: String) -> Int {
        guard let file = try? Descriptor.open(folder + "/asked-\(lease)", O_RDONLY) else { return 0 }
        return (try? file.readAll(limit: 4096).count) ?? 0
    }

    private func count(_ lease: String) {
        let file = open(folder + "/asked-\(lease)", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        _ = write(file, "x", 1)
        close(file)
    }

    private func path(_ lease: String) -> String { "\(folder)/live-\(lease)" }
}
