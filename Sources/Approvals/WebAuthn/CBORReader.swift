/// Reads the canonical CBOR of CTAP2 (its section 8) from hostile bytes: lengths are definite and as short as they can
/// be, keys in order and unique, no tags, no floating point, at most `deepest` levels.
struct CBORReader {
    private let bytes: [UInt8]
    private(set) var position = 0

    /// CTAP2 has four levels at most.
    static let deepest = 4

    init(_ bytes: some Collection<UInt8>) { self.bytes = Array(bytes) }

    /// Reads one value that is all there is.
    static func value(_ bytes: some Collection<UInt8>) throws(ApprovalRefusal) -> CBOR {
        var reader = CBORReader(bytes)
        let value = try reader.value()
        guard reader.position == reader.bytes.count else { throw malformed("goes on after its end") }
        return value
    }

    /// Reads one value, and leaves what follows.
    mutating func value() throws(ApprovalRefusal) -> CBOR { try value(depth: 0) }

    private mutating func value(depth: Int) throws(ApprovalRefusal) -> CBOR {
        let initial = try byte()
        let argument = try argument(initial)
        switch initial >> 5 {
        case 0: return .unsigned(argument)
        case 1: return .negative(argument)
        case 2: return .bytes(Array(try take(argument)))
        case 3:
            guard let text = String(validating: try take(argument), as: UTF8.self) else {
                throw Self.malformed("has a text that is not UTF-8")
            }
            return .text(text)
        case 4:
            let count = try count(argument, depth: depth, bytesEach: 1)
            var elements: [CBOR] = []
            for _ in 0..<count { elements.append(try value(depth: depth + 1)) }
            return .array(elements)
        case 5: return try map(try count(argument, depth: depth, bytesEach: 2), depth: depth)
        case 7:
            switch initial & 0x1F {
            case 20: return .bool(false)
            case 21: return .bool(true)
            case 22: return .null
            default: throw Self.malformed("has a number with a fraction or a simple value")
            }
        default: throw Self.malformed("has a tag")
        }
    }

    /// Shorter keys come first, then by their bytes.
    private mutating func map(_ count: Int, depth: Int) throws(ApprovalRefusal) -> CBOR {
        var members: [CBOR.Member] = []
        var last: ArraySlice<UInt8>?
        for _ in 0..<count {
            let start = position
            let key = try value(depth: depth + 1)
            switch key {
            case .unsigned, .negative, .text: break
            default: throw Self.malformed("has a key that is neither number nor text")
            }
            let encoded = bytes[start..<position]
            if let last, !Self.precedes(last, encoded) { throw Self.malformed("has keys that are not in order") }
            last = encoded
            members.append(CBOR.Member(key: key, value: try value(depth: depth + 1)))
        }
        return .map(members)
    }

    /// The major type first, then the length, then the bytes (CTAP2, section 8).
    private static func precedes(_ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>) -> Bool {
        let types = ((left.first ?? 0) >> 5, (right.first ?? 0) >> 5)
        if types.0 != types.1 { return types.0 < types.1 }
        if left.count != right.count { return left.count < right.count }
        return left.lexicographicallyPrecedes(right)
    }

    private mutating func argument(_ initial: UInt8) throws(ApprovalRefusal) -> UInt64 {
        let short = initial & 0x1F
        guard short >= 24 else { return UInt64(short) }
        guard short <= 27 else { throw Self.malformed("has a length that is not definite") }
        // True and false have no argument, and what would be floating point is refused by its caller.
        guard initial >> 5 != 7 else { return 0 }
        let count = 1 << Int(short - 24)
        let value = try take(UInt64(count)).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let smallest: UInt64 = count == 1 ? 24 : 1 << UInt64(4 * count)
        guard value >= smallest else { throw Self.malformed("has a number that is longer than it has to be") }
        return value
    }

    private func count(_ argument: UInt64, depth: Int, bytesEach: Int) throws(ApprovalRefusal) -> Int {
        guard depth < Self.deepest else { throw Self.malformed("is nested too deeply") }
        guard argument <= UInt64((bytes.count - position) / bytesEach) else { throw Self.malformed("ends too early") }
        return Int(argument)
    }

    private mutating func byte() throws(ApprovalRefusal) -> UInt8 { try take(1).first ?? 0 }

    private mutating func take(_ count: UInt64) throws(ApprovalRefusal) -> ArraySlice<UInt8> {
        guard count <= UInt64(bytes.count - position) else { throw Self.malformed("ends too early") }
        defer { position += Int(count) }
        return bytes[position..<(position + Int(count))]
    }

    private static func malformed(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(.malformed, "the authenticator's CBOR \(message)")
    }
}
