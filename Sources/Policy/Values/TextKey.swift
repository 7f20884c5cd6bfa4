import StrictJSON

/// A text as the key of a table, compared and hashed by its bytes.
///
/// `String`'s own equality and hash are those of canonical equivalence. A file system, a tool and a server take `é` in
/// one code point and in two for two names; and many spellings of one text would all fall into one bucket.
struct TextKey: Hashable, Sendable {
    let text: String

    init(_ text: String) { self.text = text }

    static func == (left: Self, right: Self) -> Bool {
        ExactText.equal(left.text, right.text)
    }

    func hash(into hasher: inout Hasher) {
        let isContiguous: Void? = text.utf8.withContiguousStorageIfAvailable {
            hasher.combine(bytes: UnsafeRawBufferPointer($0))
        }
        if isContiguous == nil {
            for byte in text.utf8 { hasher.combine(byte) }
        }
    }
}
