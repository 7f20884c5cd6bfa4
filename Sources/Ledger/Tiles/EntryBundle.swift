/// Up to 256 entries as tlog-tiles has them: each after its length, a big-endian number of 16 bits.
enum EntryBundle {
    static func append(_ entry: [UInt8], to bundle: inout [UInt8]) {
        bundle.append(UInt8(entry.count >> 8))
        bundle.append(UInt8(entry.count & 0xFF))
        bundle += entry
    }

    /// The entries; nil unless there are exactly `count` and nothing else.
    static func entries(_ bundle: [UInt8], count: Int) -> [[UInt8]]? {
        var entries: [[UInt8]] = []
        var offset = 0
        while offset < bundle.count {
            guard bundle.count - offset >= 2 else { return nil }
            let length = Int(bundle[offset]) << 8 | Int(bundle[offset + 1])
            offset += 2
            guard bundle.count - offset >= length else { return nil }
            entries.append(Array(bundle[offset..<offset + length]))
            offset += length
        }
        return entries.count == count ? entries : nil
    }
}
