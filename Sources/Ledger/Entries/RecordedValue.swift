import StrictJSON

/// A call's arguments or output as an entry holds them: as they are where they are small, else what identifies them.
package enum RecordedValue: Hashable, Sendable {
    case inline(JSON)
    /// `sha256:…` of the canonical form, and its size.
    case digest(String, bytes: Int)

    /// What is longer than this is recorded by its digest: an entry holds 65,535 bytes in all.
    package static let inlineLimit = 16 << 10
    /// The same of a denied call: whoever is denied can ask again and again.
    package static let deniedInlineLimit = 1 << 10

    var json: JSON {
        switch self {
        case .inline(let value): ["value": value]
        case .digest(let digest, let bytes): ["digest": .string(digest), "bytes": .integer(Int64(bytes))]
        }
    }

    init(_ json: JSON) throws(LedgerError) {
        if let value = json["value"] {
            self = .inline(value)
        } else if let digest = json["digest"]?.stringValue, let bytes = json["bytes"]?.integerValue {
            self = .digest(digest, bytes: Int(bytes))
        } else {
            throw LedgerError(.entryMalformed, "a recorded value is neither `value` nor `digest` and `bytes`")
        }
    }
}
