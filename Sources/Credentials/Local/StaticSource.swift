import LinuxIO
import Manifests
import StrictJSON

/// A secret that was there before the call and is there after it: it can be handed out with care, and nothing else. It
/// is R0, and every lease of it says so.
struct StaticSource: CredentialSource {
    /// The one field of such a credential.
    static let field = "secret"

    let reference: SecretReference
    let reader: SecretReader
    /// Who set it up said that it may be handed out to tools that ask for a part of it.
    var isWhole = false

    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan {
        let isCut = !(request.scope.objectValue?.isEmpty ?? false)
        guard !isCut || isWhole else {
            throw CredentialError(
                .unsupported, "\(reference.place) opens what it opens: it cannot be cut to a `scope`",
                remedy: "take a source that can, leave `scope` out, or say `whole: true` in the source's options")
        }
        return CredentialPlan(
            revocability: .none, lifetime: nil,
            summary: "all that \(reference.place) opens, for as long as nobody changes it"
                + (isCut ? ", AND NOT ONLY its scope" : ""), fields: [Self.field])
    }

    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential {
        _ = try plan(request)
        return MintedCredential(
            fields: [Self.field: try await reader.read(reference)],
            handle: LeaseHandle(lease: request.lease, scope: request.scope), expires: nil)
    }

    /// Nobody can: the class says so before anything is minted.
    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError) {}

    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult {
        .unknown("a secret that was there before the call lives on after it")
    }
}
