import Glibc
import Ledger
import LinuxIO
import Store
import StrictJSON

/// The runs of a ledger, followed as it grows: what pages are made of. It holds a few words a call and a place in the
/// log; entries are read again when they are shown.
actor RecordIndex {
    private let directory: String
    private var reader: VerifiedReader?
    /// Of the log that is read: one that was moved aside and begun anew is another.
    private var identity: FileName?
    private var refreshing: Task<Void, Never>?
    private(set) var state = RecordState()

    init(directory: String) { self.directory = directory }

    /// Which file a path leads to.
    private struct FileName: Equatable, Sendable {
        let device: UInt64
        let number: UInt64

        init?(_ path: String) {
            var status = stat()
            guard lstat(path, &status) == 0 else { return nil }
            device = UInt64(status.st_dev)
            number = UInt64(status.st_ino)
        }
    }

    /// Reads what was appended since the last time, and gives what there is. Who asks while others read waits for them.
    @discardableResult
    func refresh() async -> RecordState {
        if let refreshing {
            await refreshing.value
            return state
        }
        let task = Task { await self.readOn() }
        refreshing = task
        await task.value
        refreshing = nil
        return state
    }

    private func readOn() async {
        let found = FileName(directory + "/log")
        if found != identity {
            identity = found
            reader = nil
            state = RecordState(version: state.version + 1)
        }
        guard found != nil else { return }
        do throws(LedgerError) {
            while true {
                let (reader, facts) = try await next(reader)
                self.reader = reader
                state.problem = nil
                if facts.isEmpty { return }
                state.add(facts)
            }
        } catch {
            state.problem = error
        }
    }

    /// The next entries; none where the ledger ends for now.
    private func next(_ reader: VerifiedReader?) async throws(LedgerError) -> (VerifiedReader, [LedgerFact]) {
        try await BlockingPool.shared.run { [directory] () throws(LedgerError) in
            var reader = if let reader { reader } else { try VerifiedReader(directory: directory) }
            var facts: [LedgerFact] = []
            do throws(LedgerError) {
                while facts.count < 1000, let record = try reader.next() { facts.append(try LedgerFact(record)) }
            } catch {
                // What is sound before the damage comes first; the reader stays before it.
                guard !facts.isEmpty else { throw error }
            }
            return (reader, facts)
        }
    }

    /// The entries at some places of the log, by their index.
    func entries(at positions: [LogPosition]) async throws(LedgerError) -> [LedgerIndex: JSON] {
        try await BlockingPool.shared.run { [directory] () throws(LedgerError) in
            var found: [LedgerIndex: JSON] = [:]
            var reader: LedgerReader?
            for position in positions.sorted(by: { $0.index < $1.index }) where found[position.index] == nil {
                // What lies close ahead is read over; it is in the reader's buffer already.
                if let here = reader?.position, here.index <= position.index, position.offset - here.offset < 1 << 16 {
                    while let here = reader?.position, here.index < position.index, try reader?.next() != nil {}
                } else {
                    reader = try LedgerReader(directory: directory, from: position)
                }
                if let record = try reader?.next(), record.index == position.index {
                    found[record.index] = try record.json()
                }
            }
            return found
        }
    }

    /// The entry with that number, its place and its size in bytes; nil if there is none.
    func entry(_ index: LedgerIndex) async throws(LedgerError) -> (json: JSON, bytes: Int)? {
        guard let near = state.place(before: index) else { return nil }
        return try await BlockingPool.shared.run { [directory] () throws(LedgerError) in
            var reader = try LedgerReader(directory: directory, from: near)
            while let record = try reader.next(), record.index <= index {
                if record.index == index { return (try record.json(), record.payload.count) }
            }
            return nil
        }
    }
}
