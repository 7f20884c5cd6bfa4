/// Finds a sequence of bytes in another, in time linear in both: with texts of an agent's choice, a naive search takes
/// their product. UTF-8 is such that what matches by bytes matches by code points.
struct ByteSearch {
    private let needle: [UInt8]
    /// For each prefix of the needle, the length of its longest proper prefix that is also its suffix (Knuth, Morris
    /// and Pratt).
    private let borders: [Int]

    /// The needle is not empty.
    init(_ needle: [UInt8]) {
        self.needle = needle
        var borders = Array(repeating: 0, count: needle.count)
        var length = 0
        for index in needle.indices.dropFirst() {
            while length > 0, needle[index] != needle[length] { length = borders[length - 1] }
            if needle[index] == needle[length] { length += 1 }
            borders[index] = length
        }
        self.borders = borders
    }

    /// Where it first starts, at `start` or after it.
    func first(in text: [UInt8], from start: Int = 0) -> Int? {
        var found: Int?
        each(in: text, from: start) { position in
            found = position
            return false
        }
        return found
    }

    /// Where it last starts, at `limit` or before it.
    func last(in text: [UInt8], upTo limit: Int) -> Int? {
        var found: Int?
        each(in: text, from: 0) { position in
            if position > limit { return false }
            found = position
            return true
        }
        return found
    }

    /// Calls `visit` with each place where it starts, those that overlap too, until it says no.
    private func each(in text: [UInt8], from start: Int, _ visit: (Int) -> Bool) {
        guard let last = borders.last, start >= 0, start < text.count else { return }
        var length = 0
        for index in start..<text.count {
            while length > 0, text[index] != needle[length] { length = borders[length - 1] }
            if text[index] == needle[length] { length += 1 }
            if length == needle.count {
                if !visit(index + 1 - length) { return }
                length = last
            }
        }
    }
}
