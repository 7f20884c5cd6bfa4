import StrictJSON

/// Output of git with `-z`: fields that end with a NUL, which neither a path nor a commit can hold.
package struct GitFields {
    private var rest: ArraySlice<UInt8>

    package init(_ output: [UInt8]) { rest = output[...] }

    /// The next field; nil at the end.
    package mutating func next() -> ArraySlice<UInt8>? {
        guard !rest.isEmpty else { return nil }
        let end = rest.firstIndex(of: 0) ?? rest.endIndex
        defer { rest = rest[min(end + 1, rest.endIndex)...] }
        return rest[..<end]
    }

    package mutating func text() -> String? { next().map { Text.lossy($0).text } }
}

/// What git calls by one letter.
package enum GitChange {
    package static func name(_ letter: UInt8) -> String {
        switch letter {
        case UInt8(ascii: "A"): "added"
        case UInt8(ascii: "M"): "modified"
        case UInt8(ascii: "D"): "deleted"
        case UInt8(ascii: "R"): "renamed"
        case UInt8(ascii: "C"): "copied"
        case UInt8(ascii: "T"): "typeChanged"
        case UInt8(ascii: "U"): "unmerged"
        default: "unmodified"
        }
    }
}
