/// Reads the data types of RFC 4251, section 5, from hostile bytes. Every length is checked before anything is taken,
/// and only the one encoding that each value has is accepted.
package struct SSHReader {
    private let bytes: ArraySlice<UInt8>
    package private(set) var position: Int
    /// What is read, for refusals: reads after "the".
    private let name: String

    package init(_ bytes: some Collection<UInt8>, _ name: String) {
        self.bytes = ArraySlice(bytes)
        self.name = name
        position = self.bytes.startIndex
    }

    package var isAtEnd: Bool { position == bytes.endIndex }
    /// What was read so far.
    package var consumed: ArraySlice<UInt8> { bytes[..<position] }

    package mutating func take(_ count: Int, _ what: String) throws(ApprovalRefusal) -> ArraySlice<UInt8> {
        guard count <= bytes.endIndex - position else {
            throw malformed("ends within its \(what)")
        }
        defer { position += count }
        return bytes[position..<(position + count)]
    }

    package mutating func byte(_ what: String) throws(ApprovalRefusal) -> UInt8 {
        try take(1, what).first ?? 0
    }

    package mutating func uint32(_ what: String) throws(ApprovalRefusal) -> UInt32 {
        try take(4, what).reduce(0) { $0 << 8 | UInt32($1) }
    }

    package mutating func uint64(_ what: String) throws(ApprovalRefusal) -> UInt64 {
        try take(8, what).reduce(0) { $0 << 8 | UInt64($1) }
    }

    package mutating func string(_ what: String, limit: Int = .max) throws(ApprovalRefusal) -> ArraySlice<UInt8> {
        let count = Int(try uint32("length of its \(what)"))
        guard count <= limit else { throw malformed("has a \(what) of \(count) bytes; the limit is \(limit)") }
        return try take(count, what)
    }

    /// A string of printable ASCII; may be empty.
    package mutating func text(_ what: String, limit: Int = 1024) throws(ApprovalRefusal) -> String {
        let bytes = try string(what, limit: limit)
        guard bytes.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw malformed("has a \(what) that is not printable ASCII")
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// A positive integer, without the leading zero byte that its encoding may need.
    package mutating func positiveInteger(_ what: String, limit: Int) throws(ApprovalRefusal) -> [UInt8] {
        let encoded = try string(what, limit: limit + 1)
        guard let first = encoded.first else { throw malformed("has a \(what) of zero") }
        guard first & 0x80 == 0 else { throw malformed("has a negative \(what)") }
        guard first == 0 else { return Array(encoded) }
        // A zero byte stands only before one that would else make the number negative.
        let rest = Array(encoded.dropFirst())
        guard let second = rest.first, second & 0x80 != 0 else {
            throw malformed("has a \(what) with superfluous zeros")
        }
        return rest
    }

    package func end() throws(ApprovalRefusal) {
        guard isAtEnd else { throw malformed("goes on for \(bytes.endIndex - position) bytes after its end") }
    }

    package func malformed(_ message: String) -> ApprovalRefusal {
        ApprovalRefusal(.malformed, "the \(name) \(message)")
    }
}

/// Writes them.
package struct SSHWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func uint32(_ value: UInt32) {
        bytes += stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: value >> UInt32($0)) }
    }

    package mutating func string(_ value: some Collection<UInt8>) {
        uint32(UInt32(value.count))
        bytes += value
    }

    package mutating func string(_ text: String) { string(Array(text.utf8)) }

    /// - Parameter value: Big-endian, without leading zeros.
    package mutating func positiveInteger(_ value: [UInt8]) {
        string((value.first ?? 0) & 0x80 == 0 ? value : [0] + value)
    }
}
