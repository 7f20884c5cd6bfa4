import Glibc
import LinuxIO

/// One file of the erasable store, `data/N`: the records of the entries from N · 1024 on, in the order in which they were
/// written. An append that failed can leave a record of an entry that is not there: commitments tell which is whose.
struct DataSegment {
    static let entries: UInt64 = 1024
    static let folderName = "data"

    static func number(of index: LedgerIndex) -> UInt64 { index / entries }

    static func name(_ number: UInt64) -> String { folderName + "/\(number)" }

    let file: SharedDescriptor

    /// Where a record stands.
    struct Place {
        var record: DataRecord
        let offset: Int64
    }

    /// All records, and where the next one goes. What follows the last whole record was left by a crash.
    func records() throws(SystemError) -> (places: [Place], end: Int64) {
        let size = try file.status().size
        var places: [Place] = []
        var offset: Int64 = 0
        var buffer: [UInt8] = []
        var start: Int64 = 0
        while size - offset >= Int64(DataRecord.headerSize) {
            if offset < start || offset + Int64(DataRecord.headerSize) > start + Int64(buffer.count) {
                start = offset
                buffer = try file.read(count: 64 << 10, at: start)
            }
            let record = buffer.withUnsafeBytes { DataRecord($0, at: Int(offset - start)) }
            guard let record, size - offset - Int64(DataRecord.headerSize) >= Int64(record.count) else { break }
            places.append(Place(record: record, offset: offset))
            offset += Int64(DataRecord.headerSize + record.count)
        }
        return (places, offset)
    }

    /// A record's payload; nil if it is erased or damaged.
    func payload(_ place: Place) throws(SystemError) -> [UInt8]? {
        guard !place.record.isErased else { return nil }
        let bytes = try file.read(count: place.record.count, at: place.offset + Int64(DataRecord.headerSize))
        return bytes.count == place.record.count && CRC32C.checksum(bytes) == place.record.checksum ? bytes : nil
    }

    /// Overwrites a record's payload. First it is marked, then it goes: a crash between leaves nothing that can be read.
    func erase(_ place: Place) throws(SystemError) {
        var record = place.record
        record.isErased = true
        try file.write(record.encoded, at: place.offset)
        let payload = place.offset + Int64(DataRecord.headerSize)
        try file.write([UInt8](repeating: 0, count: record.count), at: payload)
    }
}
