import StrictJSON

/// What came of verifying a log.
package struct LedgerVerification: Sendable {
    /// The newest checkpoint, which all entries were held against.
    package var checkpoint: SignedCheckpoint
    /// Entries that stood in the log before any of it was signed.
    package var unsignedEntries: UInt64 = 0
    /// Keys that the log had, as far as it says.
    package var epochs = 1
    /// Crashes of which the log tells.
    package var recoveries = 0
    /// Values for which entries hold commitments. Zero where only the log was verified.
    package var commitments = 0
    /// Of these, erased, as an entry says.
    package var erased = 0
    /// Entries whose values are not there, though nobody had them erased; the first hundred.
    package var missing: [LedgerIndex] = []
    /// Entries whose values are not what they committed to; the first hundred.
    package var altered: [LedgerIndex] = []
    /// Checkpoints from elsewhere that the log continues: where they came from, and their sizes.
    package var continues: [(place: String, size: UInt64)] = []

    /// True if nothing is missing or altered.
    package var isWhole: Bool { missing.isEmpty && altered.isEmpty }
}

/// A checkpoint that was kept elsewhere: what a log has to continue.
package struct KeptCheckpoint: Sendable {
    /// Where it is: a path, or the name of an anchor.
    package let place: String
    package let note: [UInt8]

    package init(place: String, note: [UInt8]) {
        self.place = place
        self.note = note
    }
}
