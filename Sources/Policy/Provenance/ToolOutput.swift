import StrictJSON

/// What a call returned, for provenance.
package enum ToolOutput: Sendable {
    case structured(JSON)
    /// Standard output of a tool without an output schema: strict JSON if it is that, else one text, without the end of
    /// its last line, at the empty pointer.
    case text([UInt8])

    /// Longer outputs that have to be parsed give no provenance.
    package static let maximumBytes = 16 << 20

    /// Nil if nothing can be read in it.
    var value: JSON? {
        switch self {
        case .structured(let value): return value
        case .text(let bytes):
            guard bytes.count <= Self.maximumBytes else { return nil }
            if let value = try? JSON(parsing: bytes, limits: JSONLimits(bytes: Self.maximumBytes)) { return value }
            guard bytes.count <= NormalValue.maximumLength, let text = String(validating: bytes, as: UTF8.self) else {
                return nil
            }
            return .string(text.utf8.last == UInt8(ascii: "\n") ? String(text.unicodeScalars.dropLast()) : text)
        }
    }
}
