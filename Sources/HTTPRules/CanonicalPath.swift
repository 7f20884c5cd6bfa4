/// The path of a request, in the one form in which it is held against patterns.
///
/// Refused are paths of which two servers make two: dot segments, empty segments, encoded slashes, backslashes and
/// controls, codes within codes. The classic attack asks a checker for `/public/..%2fadmin`.
package struct CanonicalPath: Hashable, Sendable, CustomStringConvertible {
    /// Between the slashes; the last one is empty if the path ends with a slash.
    let segments: [String]

    /// Longer ones are refused.
    package static let mostBytes = 8 << 10

    /// Reads the path of a request target in origin form (RFC 9112, 3.2.1): `/repos/a?per_page=1`.
    package init(target: some Sequence<UInt8>) throws(PathRefusal) {
        let bytes = Array(target)
        guard bytes.count <= Self.mostBytes else { throw PathRefusal("is longer than \(Self.mostBytes) bytes") }
        guard bytes.first == UInt8(ascii: "/") else {
            throw PathRefusal("does not begin with a slash: only the origin form is served")
        }
        let end = bytes.firstIndex(of: UInt8(ascii: "?")) ?? bytes.endIndex
        for byte in bytes[end...] where byte <= 0x20 || byte >= 0x7F || byte == UInt8(ascii: "#") {
            throw PathRefusal("has a query with a space, a control character, a `#` or a character beyond ASCII")
        }
        segments = try Self.segments(bytes[1..<end], isPattern: false)
    }

    static func segments(_ bytes: ArraySlice<UInt8>, isPattern: Bool) throws(PathRefusal) -> [String] {
        let parts = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        var segments: [String] = []
        for (index, part) in parts.enumerated() {
            // Some servers take `//` for `/`, others for a segment without a name.
            if part.isEmpty, index < parts.count - 1 { throw PathRefusal("holds an empty segment") }
            segments.append(try PathSegment.canonical(part, isPattern: isPattern))
        }
        return segments
    }

    package var description: String { "/" + segments.joined(separator: "/") }
}
