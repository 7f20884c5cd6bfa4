/// Where a lease is in its life, as tests that kill the host between two steps hear of it.
package enum LeaseStep: String, Sendable, CaseIterable {
    /// It is in the store as `minting`.
    case stored
    /// It is in the ledger too. Only now the source is asked.
    case recorded
    /// The source has answered.
    case minted
    /// It is in the store as `live`, with what the source needs to end it.
    case live
    /// The call has it, and runs.
    case delivered
    /// The call is over.
    case ended
    case revoked
    case probed
    /// The ledger has what came of it.
    case reported
    /// It is in the store as `dead`.
    case dead
}
