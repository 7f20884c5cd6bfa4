import Egress

/// Finds what has the shape of a placeholder.
enum PlaceholderScan {
    /// Where in a text such a thing stands, and which it is; nil of one that is longer than any that was ever made.
    typealias Found = (range: Range<Int>, placeholder: Placeholder?)

    private static let prefix = Array(Placeholder.prefix.utf8)

    static func find(in bytes: [UInt8]) -> [Found] {
        var found: [Found] = []
        var place = 0
        while place + Placeholder.length <= bytes.count {
            guard bytes[place] == prefix[0], bytes[place...].starts(with: prefix) else {
                place += 1
                continue
            }
            let letters = bytes[(place + prefix.count)...].prefix(while: Placeholder.isLetter)
            guard letters.count >= Placeholder.randomLength else {
                place += prefix.count
                continue
            }
            let range = place..<letters.endIndex
            found.append((range, Placeholder(String(decoding: bytes[range], as: UTF8.self))))
            place = range.upperBound
        }
        return found
    }

    /// Looks for them in a stream, whatever pieces it comes in.
    struct Stream {
        private var rest: [UInt8] = []

        /// The first one that is whole with these bytes.
        mutating func feed(_ bytes: some Sequence<UInt8>) -> Found? {
            rest += bytes
            let found = PlaceholderScan.find(in: rest).first
            rest = Array(rest.suffix(Placeholder.length - 1))
            return found
        }
    }
}
