/// Paths that a rule covers: `/repos/octo/**`.
///
/// `*` stands for any characters within one segment, and alone for one segment that is not empty; `**`, which is always
/// a whole segment, for any number of segments, none too: `/repos/octo/**` covers `/repos/octo` and all beneath it.
package struct PathPattern: Hashable, Sendable, CustomStringConvertible {
    private enum Segment: Hashable, Sendable {
        /// Any number of segments.
        case any
        /// What stands between the stars of one segment.
        case pieces([[UInt8]])
    }

    private let segments: [Segment]
    /// In canonical form.
    package let description: String

    package static let longest = 2048

    package init(_ text: String) throws(PathRefusal) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.longest else { throw PathRefusal("is longer than \(Self.longest) bytes") }
        guard bytes.first == UInt8(ascii: "/") else { throw PathRefusal("does not begin with a slash") }
        let texts = try CanonicalPath.segments(bytes[1...], isPattern: true)
        var segments: [Segment] = []
        for text in texts {
            if text == "**" {
                segments.append(.any)
                continue
            }
            guard !text.utf8.containsTwoStars else {
                throw PathRefusal("has `**` beside other characters: it stands for whole segments")
            }
            segments.append(
                .pieces(
                    text.utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false).map(Array.init)))
        }
        self.segments = segments
        description = "/" + texts.joined(separator: "/")
    }

    /// A text that a caller chose, so that it is a part of a pattern and nothing in it is a star, a query or a code. Its
    /// slashes part segments.
    package static func escaped(_ text: String) -> String {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if PathSegment.isUnreserved(byte) || byte == UInt8(ascii: "/") {
                result.append(byte)
            } else {
                result += [
                    UInt8(ascii: "%"), PathSegment.hexadecimal[Int(byte >> 4)],
                    PathSegment.hexadecimal[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    package func covers(_ path: CanonicalPath) -> Bool {
        let names = path.segments.map { Array($0.utf8) }
        // Greedy, with one place to come back to: the last `**`. Linear in the product of the lengths.
        var pattern = 0
        var name = 0
        var back: (pattern: Int, name: Int)?
        while name < names.count {
            if pattern < segments.count {
                switch segments[pattern] {
                case .any:
                    back = (pattern, name)
                    pattern += 1
                    continue
                case .pieces(let pieces) where Self.matches(pieces, names[name]):
                    pattern += 1
                    name += 1
                    continue
                case .pieces: break
                }
            }
            guard let last = back else { return false }
            back = (last.pattern, last.name + 1)
            pattern = last.pattern + 1
            name = last.name + 1
        }
        return segments[pattern...].allSatisfy { $0 == .any }
    }

    private static func matches(_ pieces: [[UInt8]], _ name: [UInt8]) -> Bool {
        guard pieces.count > 1, let first = pieces.first, let last = pieces.last else { return pieces.first == name }
        // A star alone is a name.
        if pieces.count == 2, first.isEmpty, last.isEmpty { return !name.isEmpty }
        guard name.starts(with: first), name.count >= first.count + last.count,
            name.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = name[first.count..<(name.count - last.count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let found = rest.firstRange(of: piece) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}

extension String.UTF8View {
    fileprivate var containsTwoStars: Bool {
        var wasStar = false
        for byte in self {
            let isStar = byte == UInt8(ascii: "*")
            if isStar, wasStar { return true }
            wasStar = isStar
        }
        return false
    }
}

extension ArraySlice<UInt8> {
    fileprivate func firstRange(of piece: [UInt8]) -> Range<Int>? {
        guard count >= piece.count else { return nil }
        for start in startIndex...(endIndex - piece.count) where self[start...].starts(with: piece) {
            return start..<(start + piece.count)
        }
        return nil
    }
}
