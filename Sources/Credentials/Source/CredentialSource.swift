/// Where credentials come from. One value stands for one configured source.
///
/// Every method is bounded in time by its caller, who may cancel it at any point: a mint that was cut off is revoked like
/// one that was answered.
package protocol CredentialSource: Sendable {
    /// What minting this would come to. Changes nothing, and asks no server.
    ///
    /// - Throws: `CredentialError` if the scope is none that this source can issue.
    func plan(_ request: CredentialRequest) throws(CredentialError) -> CredentialPlan

    /// Makes the credential.
    ///
    /// - Throws: `CredentialError`, whose `leavesNothing` says whether something may have been made, or may be yet.
    func mint(_ request: CredentialRequest) async throws(CredentialError) -> MintedCredential

    /// Makes it worthless, and ends what it opened where the source can. Calling it again, or for one that was never
    /// minted, is no error: that is what happens after a crash.
    ///
    /// - Parameter credential: Some servers take a token back only from who shows it (RFC 7009, GitHub). Nil after a crash,
    ///   when nobody has it any more.
    /// - Throws: `CredentialError.lost` if it cannot be ended without the credential: that nobody could ask is no success.
    func revoke(_ lease: LeaseHandle, with credential: MintedCredential?) async throws(CredentialError)

    /// Uses a credential that should be dead.
    ///
    /// - Parameter credential: Nil after a crash, when nobody has it any more: then the source says what it can find out
    ///   otherwise.
    func probe(_ lease: LeaseHandle, with credential: MintedCredential?) async -> ProbeResult
}
