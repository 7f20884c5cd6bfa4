import StrictJSON

/// The schemas of named members, found by name: without `Hasher`, whose start and end take longer than the rest of a
/// member's check.
///
/// The names are the schema's, so nobody who writes values can make them collide. A schema whose names all collide makes
/// each look-up of its own calls slow, which `steps` bounds.
struct NameTable: Sendable {
    private struct Entry: Sendable {
        let name: String
        let schema: SchemaReference
    }

    /// By bucket; a power of two of them.
    private let buckets: [[Entry]]
    /// The same for questions about the schema.
    let byName: [TextKey: SchemaReference]
    /// The entries of the fullest bucket.
    let steps: Int

    init(_ members: [(name: String, schema: SchemaReference)]) {
        byName = members.reduce(into: [:]) { $0[TextKey($1.name)] = $1.schema }
        var size = 4
        while size < 2 * members.count { size *= 2 }
        var buckets = [[Entry]](repeating: [], count: size)
        for (name, schema) in members {
            buckets[Self.bucket(of: name, size)].append(Entry(name: name, schema: schema))
        }
        self.buckets = buckets
        steps = buckets.reduce(0) { max($0, $1.count) }
    }

    subscript(name: String) -> SchemaReference? {
        let bucket = buckets[Self.bucket(of: name, buckets.count)]
        for index in bucket.indices where ExactText.equal(bucket[index].name, name) { return bucket[index].schema }
        return nil
    }

    /// From the length and at most the first 16 bytes, and the last 8: names differ there.
    private static func bucket(of name: String, _ size: Int) -> Int {
        let mixed = name.utf8.withContiguousStorageIfAvailable { bytes in
            let bytes = UnsafeRawBufferPointer(bytes)
            var hash = UInt64(truncatingIfNeeded: bytes.count) &* 0x9E37_79B9_7F4A_7C15
            if bytes.count >= 8 {
                hash ^= bytes.loadUnaligned(as: UInt64.self)
                hash &*= 0xFF51_AFD7_ED55_8CCD
                if bytes.count >= 16 { hash ^= bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self) }
                hash = (hash ^ hash >> 32) &* 0xFF51_AFD7_ED55_8CCD
                hash ^= bytes.loadUnaligned(fromByteOffset: bytes.count - 8, as: UInt64.self)
            } else {
                for byte in bytes { hash = (hash << 8 | hash >> 56) ^ UInt64(byte) }
            }
            hash = (hash ^ hash >> 32) &* 0xC4CE_B9FE_1A85_EC53
            return Int(truncatingIfNeeded: hash >> 32)
        }
        return (mixed ?? name.utf8.count) & (size - 1)
    }
}
