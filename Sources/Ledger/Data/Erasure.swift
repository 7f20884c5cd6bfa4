import CSandbox
import Glibc
import LinuxIO
import StrictJSON

/// Erases the data of entries: arguments, outputs, and what else entries hold commitments for. The log stays as it is, and
/// an entry says what was erased.
package enum Erasure {
    /// Whose data.
    package enum Selection: Sendable, CustomStringConvertible {
        /// The call whose decision or end is the entry of this index.
        case call(LedgerIndex)
        /// All of a run, by its whole name.
        case run(String)
        /// All that was recorded before a time.
        case before(Timestamp)

        package var description: String {
            switch self {
            case .call(let index): "call \(index)"
            case .run(let name): "run \(name)"
            case .before(let time): "before \(time)"
            }
        }
    }

    /// What was done.
    package struct Result: Sendable {
        /// Entries whose data is gone now and was there before.
        package var entries = 0
        /// Bytes of it.
        package var bytes: Int64 = 0
        /// The entry that tells of it; nil if there was nothing to erase.
        package var index: LedgerIndex?
    }

    /// Erases what is selected, and returns when it is gone from the disk. Blocking.
    ///
    /// First the ledger says so, then it happens: after a crash between, an erasure of the same finishes it.
    package static func erase(
        _ selection: Selection, in directory: String, keys: String? = nil, reason: String? = nil
    ) throws(LedgerError) -> Result {
        var (log, _) = try FileSizeSignal.blocked { () throws(LedgerError) in
            try LogFile.open(
                directory, keys: keys ?? KeyFolder.path(beside: directory), operations: .system)
        }
        let selected = try entries(selection, in: directory)
        var result = Result()
        guard !selected.isEmpty else { return result }
        for part in stride(from: 0, to: selected.count, by: ErasedEntry.most) {
            let ranges = Array(selected[part..<min(part + ErasedEntry.most, selected.count)])
            let entry = ErasedEntry(selection: selection.description, reason: reason, entries: ranges)
            result.index = try log.commit([.init(entry: try entry.sealed(), onlyIfOpen: nil)]).first ?? nil
        }
        let gone = try log.whileLocked { (_) throws(LedgerError) in
            try LedgerError.translating(.writeFailed, "cannot erase data of", directory) {
                try overwrite(selected, in: directory)
            }
        }
        result.entries = gone.entries
        result.bytes = gone.bytes
        try log.finish()
        return result
    }

    /// The entries that are selected and have data, in ranges.
    private static func entries(
        _ selection: Selection, in directory: String
    ) throws(LedgerError) -> [ClosedRange<LedgerIndex>] {
        var reader = try LedgerReader(directory: directory)
        var found: [ClosedRange<LedgerIndex>] = []
        var call: LedgerIndex?
        if case .call(let index) = selection { call = try decision(of: index, in: directory) }
        while let record = try reader.next() {
            let entry = try record.leaf()
            guard let object = entry.objectValue, !ErasablePath.commitments(in: object).isEmpty else { continue }
            switch selection {
            case .call:
                guard record.index == call || decided(entry) == call else { continue }
            case .run(let name):
                guard entry["run"]?.stringValue == name else { continue }
            case .before(let time):
                guard let then = entry["time"]?.stringValue.flatMap(Timestamp.init), then < time else { continue }
            }
            guard try record.withheld().withheld.allSatisfy({ $0.why != .erased }) else { continue }
            add(record.index, to: &found)
        }
        return found
    }

    /// The decision of which an entry is the end; the entry itself if it is none.
    private static func decision(of index: LedgerIndex, in directory: String) throws(LedgerError) -> LedgerIndex {
        var reader = try LedgerReader(directory: directory)
        while let record = try reader.next() {
            if record.index == index { return decided(try record.leaf()) ?? index }
        }
        return index
    }

    private static func decided(_ entry: JSON) -> LedgerIndex? {
        entry["decided"]?.integerValue.flatMap(LedgerIndex.init(exactly:))
    }

    /// By halving: the ranges are in order.
    private static func contains(_ ranges: [ClosedRange<LedgerIndex>], _ index: LedgerIndex) -> Bool {
        var (low, high) = (0, ranges.count)
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound < index { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].contains(index)
    }

    private static func add(_ index: LedgerIndex, to ranges: inout [ClosedRange<LedgerIndex>]) {
        if let last = ranges.last, last.upperBound + 1 == index {
            ranges[ranges.count - 1] = last.lowerBound...index
        } else {
            ranges.append(index...index)
        }
    }

    private static func overwrite(
        _ entries: [ClosedRange<LedgerIndex>], in directory: String
    ) throws(SystemError) -> (entries: Int, bytes: Int64) {
        var touched: Set<LedgerIndex> = []
        var bytes: Int64 = 0
        let numbers = Set(
            entries.flatMap { DataSegment.number(of: $0.lowerBound)...DataSegment.number(of: $0.upperBound) })
        for number in numbers.sorted() {
            let file: SharedDescriptor
            do throws(SystemError) {
                let path = directory + "/" + DataSegment.name(number)
                file = try Descriptor.open(path, O_RDWR | O_NOFOLLOW | O_NONBLOCK).shared()
            } catch {
                if error.errno == ENOENT { continue }
                throw error
            }
            let segment = DataSegment(file: file)
            for place in try segment.records().places where Self.contains(entries, place.record.index) {
                try segment.erase(place)
                if !place.record.isErased {
                    touched.insert(place.record.index)
                    bytes += Int64(place.record.count)
                }
            }
            try file.synchronizeData()
        }
        return (touched.count, bytes)
    }
}
