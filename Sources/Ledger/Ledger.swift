import LinuxIO
import StrictJSON

/// # Ledger
///
/// The append-only record of decisions and outcomes. An entry is canonical JSON in a frame of the file `log`
/// (`Frame`, after `LogHeader`); its index is the number of frames before it. An append returns when the entry is on
/// the disk, and one sync serves all that wait. Several processes of one user append to the same ledger.
///
/// Room is left for the Merkle tree: the leaf of entry `n` is the payload of frame `n`, byte for byte, and the log's
/// origin is the tree's. Signed checkpoints and tiles are files of their own beside `log`, written under the same
/// lock and in the same batch (`LogFile.commit`), so the frames never change.
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
    /// A torn entry at the end, left by a process that died while it wrote, was never acknowledged and is cut off. Any
    /// other damage refuses to open.
    package static func open(_ directory: String) throws(LedgerError) -> (ledger: Ledger, recovery: Recovery) {
        try open(directory, operations: .system)
    }

    static func open(
        _ directory: String, operations: LogOperations
    ) throws(LedgerError) -> (ledger: Ledger, recovery: Recovery) {
        let (file, recovery) = try FileSizeSignal.blocked { () throws(LedgerError) in
            try LogFile.open(directory, operations: operations)
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

    /// Appends an entry and returns its index when it is on the disk. Cancelling the task does not take it back.
    ///
    /// `durable: false` returns when the entry is in the file: it is lost with the machine's power, though not with
    /// the process, until the next durable append or `close`. An entry that fails leaves nothing in the file, except
    /// that after a failed sync nobody can know: then the ledger is poisoned and refuses everything until it is opened
    /// again.
    @discardableResult
    package func append(_ payload: JSON, durable: Bool = true) async throws(LedgerError) -> LedgerIndex {
        let frame = try Self.frame(payload)
        guard let index = try await writer.append(frame, durable: durable, onlyIfOpen: nil) else {
            throw LedgerError(.closed, "the ledger refused an unconditional entry")
        }
        return index
    }

    /// Appends an entry.
    @discardableResult
    package func append(_ entry: some LedgerEntry, durable: Bool = true) async throws(LedgerError) -> LedgerIndex {
        try await append(entry.json, durable: durable)
    }

    /// Ends a call unless somebody has ended it: nil if so. Of several processes that recover the same dead run, one
    /// writes the entry.
    package func appendIfUnfinished(_ entry: EndedEntry) async throws(LedgerError) -> LedgerIndex? {
        let call = CallKey(run: entry.run, call: entry.call)
        return try await writer.append(try Self.frame(entry.json), durable: true, onlyIfOpen: call)
    }

    /// Waits for what was appended, syncs it and closes the file. Appends fail from now on.
    package func close() async throws(LedgerError) {
        try await writer.close()
    }

    private static func frame(_ payload: JSON) throws(LedgerError) -> [UInt8] {
        guard case .object = payload else {
            throw LedgerError(.entryMalformed, "an entry has to be a JSON object")
        }
        let bytes: [UInt8]
        do {
            bytes = try payload.canonical()
        } catch {
            throw LedgerError(.entryMalformed, "an entry has no canonical form: \(error.message)", remedy: error.remedy)
        }
        guard bytes.count <= Frame.maximumPayload else {
            throw LedgerError(
                .entryTooLarge, "an entry of \(bytes.count) bytes exceeds the limit of \(Frame.maximumPayload)",
                remedy: "record what is large by its digest and size")
        }
        return Frame.encode(bytes)
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
