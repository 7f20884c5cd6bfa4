/// Keys and certificates that no longer count: lists of public keys and OpenSSH's KRLs, several together.
package struct RevocationList: Hashable, Sendable {
    var keys: Set<SSHPublicKey> = []

    /// Nothing is revoked.
    package static let none = RevocationList()
}
