import Manifests

/// What minting would come to: shown to whoever approves, and held against what the manifest requires.
package struct CredentialPlan: Sendable, Hashable {
    /// What can be done about the credential once it is out.
    package var revocability: Revocability
    /// How long it lives if nothing is done; nil if it does not die by itself.
    package var lifetime: Duration?
    /// What it opens, in words for a person.
    package var summary: String
    /// The names of its secret parts: `token`; `username` and `password`; `certificate` and `key`.
    package var fields: [String]

    package init(revocability: Revocability, lifetime: Duration?, summary: String, fields: [String]) {
        self.revocability = revocability
        self.lifetime = lifetime
        self.summary = summary
        self.fields = fields
    }
}
