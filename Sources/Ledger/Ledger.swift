import LinuxIO
import StrictJSON

/// # Ledger
///
/// The append-only record of decisions and outcomes. An entry is canonical JSON in a frame of the file `log`
/// (`Frame`, after `LogHeader`); its index is the number of frames before it. The payload of frame `n`, byte for byte, is
/// leaf `n` of a Merkle tree (RFC 6962), and `log.checkpoint` holds the tree's newest hash, signed (`Checkpoint`).
///
/// An append returns when the entry, what of it can be erased, and a signed checkpoint that covers it are on the disk.
/// One sync serves all that wait. Several processes of one user append to the same ledger, under the log's lock.
///
/// Arguments and outputs are not in the log: entries hold salted commitments to them (`Commitment`), and the values
/// stand in files beside it (`DataSegment`), where they can be erased and the log still verifies.
///
///     let (ledger, recovery) = try Ledger.open(home.ledger)
///     let index = try await ledger.append(entry)
package final class Ledger: Sendable {
    private let writer: LogWriter

    /// The folder that holds the log.
    package let directory: String
    /// The log's random name, the same for as long as the file lives.
    package let origin: LogOrigin

    /// Opens the ledger in `directory`, and creates both where they are missing. Blocking.
    ///
    /// What a process left behind that died while it wrote, and that no checkpoint covers, was never acknowledged and is
    /// cut off. A log that is shorter than its last checkpoint, or than one that was anchored in a file, and any other
    /// damage, refuses to open. A log of an agentbox that signed nothing is upgraded: see `UpgradedEntry`.
    ///
    /// - Parameter keys: The folder of the log's keys; `keys` beside the ledger's folder if nil.
    package static func open(
        _ directory: String, keys: String? = nil
    ) throws(LedgerError) -> (ledger: Ledger, recovery: Recovery) {
        try open(directory, keys: keys, operations: .system)
    }

    static func open(
        _ directory: String, keys: String? = nil, operations: LogOperations
    ) throws(LedgerError) -> (ledger: Ledger, recovery: Recovery) {
        let (file, recovery) = try FileSizeSignal.blocked { () throws(LedgerError) in
            try LogFile.open(directory, keys: keys ?? KeyFolder.path(beside: directory), operations: operations)
        }
        return (Ledger(file, directory: directory), recovery)
    }

    private init(_ file: LogFile, directory: String) {
        self.directory = directory
        origin = file.origin
        writer = LogWriter(file)
    }

    deinit {
        writer.stop()
    }

    /// Appends an entry and returns its index when it and a checkpoint that covers it are on the disk. Cancelling the task
    /// does not take it back.
    ///
    /// An entry that fails leaves nothing in the log, except that after a failed sync nobody can know: then the ledger is
    /// poisoned and refuses everything until it is opened again.
    @discardableResult
    package func append(_ payload: JSON) async throws(LedgerError) -> LedgerIndex {
        try await append(try SealedEntry(payload))
    }

    /// Appends an entry; its `erasable` members go to the store beside the log.
    @discardableResult
    package func append<Entry: LedgerEntry>(_ entry: Entry) async throws(LedgerError) -> LedgerIndex {
        try await append(try entry.sealed())
    }

    private func append(_ entry: SealedEntry) async throws(LedgerError) -> LedgerIndex {
        guard let index = try await writer.append(entry, onlyIfOpen: nil) else {
            throw LedgerError(.closed, "the ledger refused an unconditional entry")
        }
        return index
    }

    /// Ends a call unless somebody has ended it: nil if so. Of several processes that recover the same dead run, one
    /// writes the entry.
    package func appendIfUnfinished(_ entry: EndedEntry) async throws(LedgerError) -> LedgerIndex? {
        let call = CallKey(run: entry.run, call: entry.call)
        return try await writer.append(try entry.sealed(), onlyIfOpen: call)
    }

    /// Waits for what was appended and closes the file. Appends fail from now on.
    package func close() async throws(LedgerError) {
        try await writer.close()
    }
}

/// The number of an entry, from zero.
package typealias LedgerIndex = UInt64

/// What opening a ledger found.
package struct Recovery: Sendable {
    /// Bytes of a torn entry that were cut off the end.
    package var truncatedBytes: Int
    /// Calls that were allowed and have no end, in the order of their decisions. Those of a run that still lives
    /// are simply running: `RunDirectory` tells.
    package var unfinished: [UnfinishedCall]

    /// A call that was allowed and has no end.
    package struct UnfinishedCall: Sendable {
        package var index: LedgerIndex
        package var run: String
        package var call: String
        package var payload: JSON

        /// The decision, to make an `EndedEntry.unknown` from.
        package func decision() throws(LedgerError) -> DecidedEntry { try DecidedEntry(payload) }
    }
}
