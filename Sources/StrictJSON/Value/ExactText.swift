/// Texts compared and hashed by their bytes.
///
/// `String`'s own equality and hash normalise first. Of a dozen combining marks an attacker makes millions of
/// different keys that are all canonically equivalent, hence all in one bucket of a `Dictionary`.
package struct ExactText: Hashable {
    let text: String

    init(_ text: String) { self.text = text }

    package static func == (left: Self, right: Self) -> Bool { equal(left.text, right.text) }

    package func hash(into hasher: inout Hasher) { ExactText.hash(text, into: &hasher) }

    /// True if the bytes are the same.
    package static func equal(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count == right.utf8.count else { return false }
        let same = left.utf8.withContiguousStorageIfAvailable { left in
            right.utf8.withContiguousStorageIfAvailable { right in
                equal(UnsafeRawBufferPointer(left), UnsafeRawBufferPointer(right))
            }
        }
        return (same ?? nil) ?? left.utf8.elementsEqual(right.utf8)
    }

    /// Compares eight bytes at a time. Both have the same length.
    private static func equal(_ left: UnsafeRawBufferPointer, _ right: UnsafeRawBufferPointer) -> Bool {
        let count = min(left.count, right.count)
        var offset = 0
        while offset + 8 <= count {
            if left.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
                != right.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            {
                return false
            }
            offset += 8
        }
        while offset < count {
            if left[offset] != right[offset] { return false }
            offset += 1
        }
        return true
    }

    static func hash(_ text: String, into hasher: inout Hasher) {
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isContiguous == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
        hasher.combine(text.utf8.count)
    }
}
