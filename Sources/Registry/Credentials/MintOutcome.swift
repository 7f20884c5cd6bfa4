import Credentials
import Store

/// What is known of whether the credential of a lease exists.
enum MintOutcome: Sendable {
    case made
    /// Its source said so: it issued nothing, and nothing that it was asked is still on its way.
    case nothing
    /// The source never said, or whoever asked died. What is not there yet may come to be later.
    case unknown

    /// - Parameter credential: What was minted; nil if nobody has it.
    init(of lease: LeaseRecord, with credential: MintedCredential?) {
        if credential != nil || lease.state != .minting {
            self = .made
        } else {
            self = lease.isUnissued ? .nothing : .unknown
        }
    }
}
