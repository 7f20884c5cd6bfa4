import Glibc
import LinuxIO
import StrictJSON

/// Gives entries back what their commitments stand for.
final class DataReader: Sendable {
    private let directory: String
    private let cached = Locked<Cached?>(nil)

    private struct Cached: Sendable {
        let number: UInt64
        let segment: DataSegment
        let size: Int64
        let places: [LedgerIndex: [DataSegment.Place]]
    }

    init(ledger directory: String) {
        self.directory = directory
    }

    /// What is known of one commitment.
    enum Found: Equatable {
        case value(JSON)
        case erased
        /// There is no record of it.
        case missing
        /// There is a record, and it is not what was committed to.
        case altered
    }

    /// What each commitment of an entry stands for.
    func find(
        _ commitments: [(path: String, commitment: String)], of index: LedgerIndex
    ) throws(SystemError) -> [Found] {
        let (segment, places) = try places(of: index)
        guard let segment, !places.isEmpty else { return commitments.map { _ in .missing } }
        var records: [JSON] = []
        for place in places {
            guard let payload = try segment.payload(place), let record = try? JSON(parsing: payload) else { continue }
            records.append(record)
        }
        let isErased = places.contains(where: \.record.isErased)
        return commitments.map { path, digest in
            for record in records {
                if let value = record[path].flatMap({ Commitment.open($0, of: digest) }) { return .value(value) }
            }
            return isErased ? .erased : .altered
        }
    }

    private func places(of index: LedgerIndex) throws(SystemError) -> (DataSegment?, [DataSegment.Place]) {
        let number = DataSegment.number(of: index)
        if let known = cached.withLock({ $0 }), known.number == number {
            // A reader follows a log that grows, and what was there may have been erased: then the size is the same.
            if let places = known.places[index], !places.isEmpty {
                return (known.segment, try Self.current(places, in: known.segment))
            }
            if try known.segment.file.status().size == known.size { return (known.segment, []) }
        }
        let file: SharedDescriptor
        do throws(SystemError) {
            let path = directory + "/" + DataSegment.name(number)
            file = try Descriptor.open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK).shared()
        } catch {
            if error.errno == ENOENT { return (nil, []) }
            throw error
        }
        let segment = DataSegment(file: file)
        let size = try file.status().size
        let places = Dictionary(grouping: try segment.records().places) { $0.record.index }
        cached.withLock { $0 = Cached(number: number, segment: segment, size: size, places: places) }
        return (segment, places[index] ?? [])
    }

    /// The records as they are now.
    private static func current(
        _ places: [DataSegment.Place], in segment: DataSegment
    ) throws(SystemError) -> [DataSegment.Place] {
        var now: [DataSegment.Place] = []
        for place in places {
            let bytes = try segment.file.read(count: DataRecord.headerSize, at: place.offset)
            guard let record = bytes.withUnsafeBytes({ DataRecord($0, at: 0) }) else { continue }
            now.append(DataSegment.Place(record: record, offset: place.offset))
        }
        return now
    }
}
