/// Recursive descent over bytes, bounded in depth, one pass, no look-back.
///
/// INVARIANT: every access of `bytes` is preceded by a comparison of its index with `bytes.count`.
struct Parser {
    let bytes: UnsafeBufferPointer<UInt8>
    let depthLimit: Int
    var position = 0
    /// Of the keys of all open objects, innermost last: equal keys have equal fingerprints.
    var fingerprints: [UInt64] = []
    /// The last key's.
    var fingerprint: UInt64 = 0
    /// Where strings with escapes are put together.
    var scratch: [UInt8] = []

    init(_ bytes: UnsafeBufferPointer<UInt8>, depth: Int) {
        self.bytes = bytes
        depthLimit = min(depth, StrictJSON.deepest)
    }

    static func parse(_ bytes: UnsafeBufferPointer<UInt8>, limits: JSONLimits) -> Result<JSON, JSONError> {
        var parser = Parser(bytes, depth: limits.depth)
        do throws(ParseFailure) {
            guard bytes.count <= limits.bytes else { throw ParseFailure(.size, at: max(0, limits.bytes)) }
            return .success(try parser.document())
        } catch {
            return .failure(error.error(in: bytes, limits: limits))
        }
    }

    mutating func document() throws(ParseFailure) -> JSON {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF {
            throw ParseFailure(.byteOrderMark, at: 0)
        }
        let value = try value(depth: 0)
        skipSpace()
        guard position == bytes.count else { throw ParseFailure(.trailingData, at: position) }
        return value
    }

    mutating func value(depth: Int) throws(ParseFailure) -> JSON {
        skipSpace()
        switch try peek() {
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "{"): return .object(try object(depth: depth + 1))
        case UInt8(ascii: "["): return .array(try array(depth: depth + 1))
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "t"):
            try word("true")
            return .bool(true)
        case UInt8(ascii: "f"):
            try word("false")
            return .bool(false)
        case UInt8(ascii: "n"):
            try word("null")
            return .null
        default: throw ParseFailure(.unexpectedByte, at: position)
        }
    }

    private mutating func array(depth: Int) throws(ParseFailure) -> [JSON] {
        guard depth <= depthLimit else { throw ParseFailure(.depth, at: position) }
        position += 1
        skipSpace()
        var elements: [JSON] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return elements
        }
        while true {
            elements.append(try value(depth: depth))
            guard try separator(closing: UInt8(ascii: "]")) else { return elements }
        }
    }

    private mutating func object(depth: Int) throws(ParseFailure) -> JSONObject {
        guard depth <= depthLimit else { throw ParseFailure(.depth, at: position) }
        position += 1
        skipSpace()
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return JSONObject()
        }
        var members: [JSONObject.Member] = []
        var index: [ExactText: Int]?
        let firstFingerprint = fingerprints.count
        while true {
            skipSpace()
            guard try peek() == UInt8(ascii: "\"") else { throw ParseFailure(.unexpectedByte, at: position) }
            let start = position
            let key = try self.key()
            guard !isKnown(key, among: members, index, firstFingerprint) else {
                throw ParseFailure(.duplicateKey, at: start)
            }
            skipSpace()
            guard try peek() == UInt8(ascii: ":") else { throw ParseFailure(.unexpectedByte, at: position) }
            position += 1
            fingerprints.append(fingerprint)
            members.append(JSONObject.Member(key: key, value: try value(depth: depth)))
            if index != nil {
                index?[ExactText(key)] = members.count - 1
            } else {
                index = JSONObject.index(of: members)
            }
            guard try separator(closing: UInt8(ascii: "}")) else { break }
        }
        fingerprints.removeLast(fingerprints.count - firstFingerprint)
        return JSONObject(checked: members, index: index)
    }

    /// Few keys are told apart by their fingerprints, many by a seeded hash: neither takes quadratic time.
    private func isKnown(
        _ key: String, among members: [JSONObject.Member], _ index: [ExactText: Int]?, _ firstFingerprint: Int
    ) -> Bool {
        if let index { return index[ExactText(key)] != nil }
        for position in 0..<members.count
        where fingerprints[firstFingerprint + position] == fingerprint
            && ExactText.equal(members[position].key, key)
        {
            return true
        }
        return false
    }

    /// True at a comma, false at the closing byte; both are consumed. A comma before the closing byte is an error.
    private mutating func separator(closing: UInt8) throws(ParseFailure) -> Bool {
        skipSpace()
        let byte = try peek()
        if byte == closing {
            position += 1
            return false
        }
        guard byte == UInt8(ascii: ",") else { throw ParseFailure(.unexpectedByte, at: position) }
        let comma = position
        position += 1
        skipSpace()
        if position < bytes.count, bytes[position] == closing { throw ParseFailure(.trailingComma, at: comma) }
        return true
    }

    private mutating func word(_ word: StaticString) throws(ParseFailure) {
        for offset in 0..<word.utf8CodeUnitCount {
            guard try peek() == word.utf8Start[offset] else { throw ParseFailure(.unexpectedByte, at: position) }
            position += 1
        }
    }

    @inline(__always)
    private mutating func skipSpace() {
        while position < bytes.count {
            switch bytes[position] {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return
            }
        }
    }

    @inline(__always)
    func peek() throws(ParseFailure) -> UInt8 {
        guard position < bytes.count else { throw ParseFailure(.unexpectedEnd, at: position) }
        return bytes[position]
    }
}
