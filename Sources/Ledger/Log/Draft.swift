/// A batch in the making: its bytes, and what the log will be like once they are written. It holds what changes only,
/// so that a batch costs the same however many calls are open.
struct Draft {
    private(set) var bytes: [UInt8] = []
    /// What goes to the erasable store.
    private(set) var data: [(index: LedgerIndex, payload: [UInt8])] = []
    private(set) var end: LogPosition
    /// Where the last entry begins.
    private(set) var last: Int64?
    private(set) var tree: CompactRange
    private(set) var epoch: Int
    private(set) var changes: [CallChange] = []
    private var latest: [CallKey: CallChange] = [:]

    init(after state: LogState) {
        end = state.end
        last = state.last
        tree = state.tree
        epoch = state.epoch
    }

    /// True if the call would be open after the entries so far, given those that were before.
    func isOpen(_ call: CallKey, before: OpenCalls) -> Bool {
        latest[call].map { $0.decision != nil } ?? before.contains(call)
    }

    /// Adds an entry and returns its index.
    @discardableResult
    mutating func add(_ entry: SealedEntry) -> LedgerIndex {
        let scanned = entry.frame.withUnsafeBytes {
            ScannedEntry(UnsafeRawBufferPointer(rebasing: $0[Frame.headerSize...]), at: end)
        }
        if let change = scanned.change {
            changes.append(change)
            latest[change.call] = change
        }
        if let epoch = scanned.epoch { self.epoch = epoch }
        tree.append(scanned.leaf)
        bytes += entry.frame
        let index = end.index
        if let payload = entry.data { data.append((index, payload)) }
        last = end.offset
        end.offset += Int64(entry.frame.count)
        end.index += 1
        return index
    }
}
