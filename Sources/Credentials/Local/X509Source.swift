import Crypto
import Foundation
import LinuxIO
import Manifests
import StrictJSON
import SwiftASN1
import X509

/// Certificates for one call, issued here: X509-SVIDs (SPIFFE), each with a SPIFFE ID of its own and a key of its own.
struct X509Source: CredentialSource {
    /// Whatever a manifest says: nobody can take one back.
    static let longestLifetime = Duration.seconds(60)
    /// Clocks of servers differ: it is good from so long before.
    private static let leeway: TimeInterval = 5

    let options: X509SourceOptions
    let authority: X509Authority

    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        guard request.scope.objectValue?.isEmpty ?? false else {
            throw CredentialError(
                .unsupported, "a certificate of this source says which call it is for, and has no `scope`",
                remedy: "leave `scope` out: what an ID may do is the server's to know")
        }
        return CredentialPlan(
            revocability: .expiry, lifetime: min(request.lifetime, Self.longestLifetime),
            summary: "a certificate for `\(identifier(of: request.call))`",
            fields: ["bundle", "certificate", "chain", "key"])
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        let plan = try plan(request)
        let lifetime = plan.lifetime ?? Self.longestLifetime
        let now = Date()
        let end = now.addingTimeInterval(Double(lifetime.components.seconds))
        let issued = try await authority.issue(
            identifier(of: request.call), from: now.addingTimeInterval(-Self.leeway), to: end)
        let expires = Timestamp(millisecondsSince1970: Int64(end.timeIntervalSince1970) * 1000)
        return MintedCredential(
            fields: [
                "certificate": Secret(issued.certificate), "key": Secret(issued.key), "chain": Secret(issued.chain),
                "bundle": Secret(issued.certificate + issued.chain + issued.key),
            ],
            handle: LeaseHandle(
                lease: request.lease,
                details: ["expires": .string(expires.description), "serial": .string(issued.serial)],
                scope: request.scope), expires: expires)
    }

    /// Nobody can: the class says so before anything is minted, and it dies by itself.
    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {}

    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        guard let expires = lease.details["expires"]?.stringValue.flatMap({ Timestamp($0) }) else {
            return .unknown("whether it was issued nobody can say; if so it dies within a minute")
        }
        return expires <= .now() ? .refused("it has expired") : .accepted("it is good until \(expires)")
    }

    /// Segments of letters, digits, `-`, `_` and `.` only (SPIFFE ID, 2.2).
    private func identifier(of call: CallBinding) -> String {
        "spiffe://\(options.trustDomain)/agentbox/run/\(Self.segment(call.run))/call/\(Self.segment(call.call))"
    }

    private static func segment(_ text: String) -> String {
        let allowed = text.utf8.map { byte -> UInt8 in
            let isAllowed =
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20) || byte == UInt8(ascii: "-")
            return isAllowed ? byte : UInt8(ascii: "_")
        }
        return allowed.isEmpty ? "_" : String(decoding: allowed, as: UTF8.self)
    }
}
