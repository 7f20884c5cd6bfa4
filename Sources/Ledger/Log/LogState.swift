import StrictJSON

/// What the log is up to one entry.
struct LogState: Sendable {
    /// Where the next entry goes.
    private(set) var end: LogPosition = .start
    /// Where the last entry begins; nil in an empty log.
    private(set) var last: Int64?
    private(set) var tree = CompactRange()
    private(set) var openCalls = OpenCalls()
    /// The epoch of the newest key of which an entry tells.
    private(set) var epoch = 1

    init() {}

    init(end: LogPosition, last: Int64, tree: CompactRange, openCalls: OpenCalls, epoch: Int) {
        self.end = end
        self.last = last
        self.tree = tree
        self.openCalls = openCalls
        self.epoch = epoch
    }

    /// Takes in the entry at `end`.
    mutating func apply(_ entry: ScannedEntry) {
        last = end.offset
        end.offset += Int64(entry.size)
        end.index += 1
        tree.append(entry.leaf)
        if let change = entry.change { openCalls.apply(change) }
        if let epoch = entry.epoch { self.epoch = epoch }
    }

    /// Takes in what was written.
    mutating func apply(_ draft: Draft) {
        end = draft.end
        last = draft.last
        tree = draft.tree
        epoch = draft.epoch
        for change in draft.changes { openCalls.apply(change) }
    }
}

/// What matters of one entry to those after it.
struct ScannedEntry {
    let leaf: TreeHash
    let change: CallChange?
    /// Of the key that the entry announces.
    let epoch: Int?
    /// Of the whole frame, in bytes.
    let size: Int

    init(_ payload: UnsafeRawBufferPointer, at position: LogPosition) {
        let headline = EntryHeadline(canonical: payload)
        leaf = TreeHash(leaf: payload)
        change = CallChange(headline, at: position)
        epoch = headline.kind == KeyRotatedEntry.kind ? Self.epoch(payload) : nil
        size = Frame.headerSize + payload.count
    }

    private static func epoch(_ payload: UnsafeRawBufferPointer) -> Int? {
        guard let json = try? JSON(parsing: Array(payload)), let entry = try? KeyRotatedEntry(json) else { return nil }
        return entry.epoch
    }
}
