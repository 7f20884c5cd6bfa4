/// A batch in the making: its bytes, and what the log will be like once they are written. It holds what changes only,
/// so that a batch costs the same however many calls are open.
struct Draft {
    private(set) var bytes: [UInt8] = []
    private(set) var end: LogPosition
    /// Where the last entry begins.
    private(set) var last: Int64?
    private(set) var changes: [CallChange] = []
    private var latest: [CallKey: CallChange] = [:]

    init(after end: LogPosition, last: Int64?) {
        self.end = end
        self.last = last
    }

    /// True if the call would be open after the entries so far, given those that were before.
    func isOpen(_ call: CallKey, before: OpenCalls) -> Bool {
        latest[call].map { $0.decision != nil } ?? before.contains(call)
    }

    /// Adds an entry and returns its index.
    @discardableResult
    mutating func add(_ frame: [UInt8]) -> LedgerIndex {
        let change = frame.withUnsafeBytes {
            CallChange(UnsafeRawBufferPointer(rebasing: $0[Frame.headerSize...]), at: end)
        }
        if let change {
            changes.append(change)
            latest[change.call] = change
        }
        bytes += frame
        last = end.offset
        let index = end.index
        end.offset += Int64(frame.count)
        end.index += 1
        return index
    }
}
