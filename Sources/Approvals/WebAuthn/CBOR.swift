/// A value of CBOR (RFC 8949), as far as WebAuthn needs them.
enum CBOR: Hashable, Sendable {
    case unsigned(UInt64)
    /// -1 - the number.
    case negative(UInt64)
    case bytes([UInt8])
    case text(String)
    case array([CBOR])
    /// In the canonical order of the keys, each once.
    case map([Member])
    case bool(Bool)
    case null

    struct Member: Hashable, Sendable {
        var key: CBOR
        var value: CBOR
    }

    /// The member of a map with that key.
    subscript(_ key: CBOR) -> CBOR? {
        guard case .map(let members) = self else { return nil }
        return members.first { $0.key == key }?.value
    }

    subscript(_ key: String) -> CBOR? { self[.text(key)] }

    /// The member with a label of COSE.
    subscript(label label: Int64) -> CBOR? { self[CBOR.integer(label)] }

    static func integer(_ value: Int64) -> CBOR {
        value >= 0 ? .unsigned(UInt64(value)) : .negative(UInt64(-(value + 1)))
    }

    var integerValue: Int64? {
        switch self {
        case .unsigned(let value): Int64(exactly: value)
        case .negative(let value): Int64(exactly: value).map { -1 - $0 }
        default: nil
        }
    }

    var bytesValue: [UInt8]? { if case .bytes(let value) = self { value } else { nil } }
    var textValue: String? { if case .text(let value) = self { value } else { nil } }
}
