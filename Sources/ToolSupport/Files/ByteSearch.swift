import Glibc

/// Exact text found in bytes in linear time, whatever the text (Knuth, Morris and Pratt).
package struct ByteSearch {
    private let needle: [UInt8]
    /// Of each beginning of the needle: how long its longest proper beginning is that is also its end.
    private let border: [Int]

    /// - Parameter needle: Not empty.
    package init(_ needle: [UInt8]) {
        self.needle = needle
        var border = [0]
        var length = 0
        for byte in needle.dropFirst() {
            while length > 0, needle[length] != byte { length = border[length - 1] }
            if needle[length] == byte { length += 1 }
            border.append(length)
        }
        self.border = border
    }

    /// The first place at or after `start`.
    package func first(in content: ArraySlice<UInt8>, from start: Int) -> Int? {
        content.withUnsafeBufferPointer { bytes in
            guard let base = bytes.baseAddress else { return nil }
            var length = 0
            var index = start - content.startIndex
            while index < bytes.count {
                if length == 0 {
                    // Most of a content is passed over as fast as memory is read.
                    guard let next = memchr(base + index, Int32(needle[0]), bytes.count - index) else { return nil }
                    index = UnsafeRawPointer(next) - UnsafeRawPointer(base)
                }
                while length > 0, needle[length] != bytes[index] { length = border[length - 1] }
                if needle[length] == bytes[index] { length += 1 }
                index += 1
                if length == needle.count { return content.startIndex + index - length }
            }
            return nil
        }
    }

    /// All places, from left to right without overlaps.
    package func places(in content: [UInt8]) -> [Int] {
        var places: [Int] = []
        var start = 0
        while let place = first(in: content[...], from: start) {
            places.append(place)
            start = place + needle.count
        }
        return places
    }

    /// The lines, counted from 1, on which the places lie. `places` is sorted.
    package static func lines(of places: [Int], in content: [UInt8]) -> [Int] {
        var line = 1
        var position = 0
        return places.map { place in
            line += content[position..<place].count { $0 == UInt8(ascii: "\n") }
            position = place
            return line
        }
    }
}
