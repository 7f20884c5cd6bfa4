import Credentials
import StrictJSON

/// What tells that something is dead.
extension VaultServer {
    func probeWrapping(_ credential: MintedCredential?) async throws(CredentialError) -> ProbeResult {
        guard let token = try credential?.text("token") else {
            return .unknown("nobody has the wrapping token any more; the secret lives on")
        }
        let reply = try await with("").send(.POST, "sys/wrapping/lookup", ["token": .string(token)])
        if reply.isSuccess { return .accepted("the wrapping token is good for one use") }
        guard reply.status == 400 else { throw refusal(reply, "sys/wrapping/lookup") }
        return .unknown("the wrapping token is dead; the secret that it wrapped lives on")
    }

    func probeToken(
        _ lease: LeaseHandle, _ credential: MintedCredential?
    ) async throws(CredentialError) -> ProbeResult {
        if let token = try credential?.text("token") {
            let reply = try await with(token).send(.GET, "auth/token/lookup-self", nil)
            if reply.isSuccess { return .accepted("the token can look itself up") }
            // One that is alive is refused alike if its policies do not let it: the accessor tells.
            guard reply.status == 403 else { throw refusal(reply, "auth/token/lookup-self") }
        }
        return try await probeAccessor(lease)
    }

    func probeLease(_ lease: LeaseHandle) async throws(CredentialError) -> ProbeResult {
        guard let name = lease.details["lease"]?.stringValue else {
            guard case .refused = try await probeAccessor(lease) else {
                return .accepted("the token that it was made with is there")
            }
            return .unknown("no token of the lease is there; a user that was made with one ends shortly after it")
        }
        let path = "sys/leases/lookup"
        let reply = try await send(.PUT, path, ["lease_id": .string(name)])
        if reply.isSuccess { return .accepted("the lease is there") }
        guard reply.status == 400, Self.reasons(reply).contains(where: { $0.contains("invalid lease") }) else {
            throw refusal(reply, path)
        }
        return try await probeAccessor(lease)
    }

    func probeCertificate(_ lease: LeaseHandle, _ mount: String) async throws(CredentialError) -> ProbeResult {
        guard let serial = lease.details["serial"]?.stringValue else {
            guard case .refused = try await probeAccessor(lease) else {
                return .accepted("the token that it was issued with is there")
            }
            return .unknown("whether a certificate was issued nobody knows; it dies by its time to live")
        }
        let answer = try await ask(.GET, "\(mount)/cert/\(serial)")
        guard let time = answer["data"]?["revocation_time"]?.integerValue, time > 0 else {
            return .accepted("the certificate \(serial) is not revoked")
        }
        return .refused("the certificate \(serial) is revoked")
    }

    private func probeAccessor(_ lease: LeaseHandle) async throws(CredentialError) -> ProbeResult {
        if let accessor = lease.details["accessor"]?.stringValue {
            return try await hasToken(accessor)
                ? .accepted("its token is there") : .refused("it and its token are gone")
        }
        let left = try await tokens(of: lease.lease)
        return left.isEmpty
            ? .refused("no token of the lease is there, and what is made with one ends with it")
            : .accepted("\(left.count) of its tokens are there")
    }
}
