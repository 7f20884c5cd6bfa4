import StrictJSON

/// A call's arguments or output as an entry has them. The entry itself holds a commitment only; the value stands in the
/// store beside the log, where it can be erased. What is too large for that is kept by its digest.
package enum RecordedValue: Hashable, Sendable {
    case inline(JSON)
    /// `sha256:…` of the canonical form, and its size.
    case digest(String, bytes: Int)
    /// The entry has a commitment, and what it stands for cannot be shown.
    case withheld(commitment: String, bytes: Int, WithheldReason)

    /// What is longer than this is recorded by its digest.
    package static let inlineLimit = 256 << 10
    /// The same of what a call wrote.
    package static let outputLimit = 64 << 10
    /// The same of a denied call: whoever is denied can ask again and again.
    package static let deniedInlineLimit = 1 << 10

    package var json: JSON {
        switch self {
        case .inline(let value): ["value": value]
        case .digest(let digest, let bytes): ["digest": .string(digest), "bytes": .integer(Int64(bytes))]
        case .withheld(let commitment, let bytes, let reason):
            [
                "commitment": .string(commitment), "bytes": .integer(Int64(bytes)),
                "withheld": .string(reason.rawValue),
            ]
        }
    }

    init(_ json: JSON) throws(LedgerError) {
        if let value = json["value"] {
            self = .inline(value)
        } else if let digest = json["digest"]?.stringValue, let bytes = json["bytes"]?.integerValue {
            self = .digest(digest, bytes: Int(bytes))
        } else if let commitment = json["commitment"]?.stringValue, let bytes = json["bytes"]?.integerValue {
            let reason = json["withheld"]?.stringValue.flatMap(WithheldReason.init) ?? .missing
            self = .withheld(commitment: commitment, bytes: Int(bytes), reason)
        } else {
            throw LedgerError(.entryMalformed, "a recorded value is neither `value` nor `digest` nor `commitment`")
        }
    }

    /// In a few words, where there is no value to show: `erased, 120 bytes`. Nil for one that is there.
    package var note: String? {
        switch self {
        case .inline: nil
        case .digest(_, let bytes): "\(bytes) bytes, recorded by their digest"
        case .withheld(_, let bytes, let reason): "\(reason.rawValue), \(bytes) bytes"
        }
    }
}
