import LinuxIO
import StrictJSON

/// A credential that exists.
package struct MintedCredential: Sendable {
    /// Its secret parts, by the names that its plan gave.
    package var fields: [String: Secret]
    package var handle: LeaseHandle
    /// When it dies if nothing is done; nil if it does not die by itself.
    package var expires: Timestamp?

    package init(fields: [String: Secret], handle: LeaseHandle, expires: Timestamp?) {
        self.fields = fields
        self.handle = handle
        self.expires = expires
    }
}

/// What is kept of a lease to end it: no secret, since it is written to the disk.
package struct LeaseHandle: Sendable, Hashable {
    package var lease: String
    /// What the source has to know: a role's name, a lease's accessor. An empty object before it was minted.
    package var details: JSON
    /// What was asked for.
    package var scope: JSON

    package init(lease: String, details: JSON = .object([:]), scope: JSON) {
        self.lease = lease
        self.details = details
        self.scope = scope
    }
}
