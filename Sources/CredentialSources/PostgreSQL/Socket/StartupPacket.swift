/// The first packet of a connection (PostgreSQL, "Message Formats": StartupMessage, SSLRequest, GSSENCRequest,
/// CancelRequest), without its length.
enum StartupPacket: Hashable, Sendable {
    /// Whether the connection might be encrypted.
    case encryption
    case cancel(process: UInt32, key: UInt32)
    /// Version 3 of the protocol, with what the client says of itself.
    case start(minor: UInt16, [Parameter])

    struct Parameter: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// As the server's own limit is.
    static let longest = 10_000

    /// Nil for what is none of them.
    init?(_ bytes: [UInt8]) {
        func word(at offset: Int) -> UInt32 { bytes[offset..<offset + 4].reduce(0) { $0 << 8 | UInt32($1) } }
        guard (4...Self.longest).contains(bytes.count) else { return nil }
        let code = word(at: 0)
        switch (code >> 16, code & 0xFFFF) {
        case (1234, 5679), (1234, 5680):
            guard bytes.count == 4 else { return nil }
            self = .encryption
        case (1234, 5678):
            guard bytes.count == 12 else { return nil }
            self = .cancel(process: word(at: 4), key: word(at: 8))
        case (3, let minor):
            guard let parameters = Self.parameters(bytes[4...]) else { return nil }
            self = .start(minor: UInt16(minor), parameters)
        default: return nil
        }
    }

    /// Names and values, each ended by a NUL, and a NUL at the end.
    private static func parameters(_ bytes: ArraySlice<UInt8>) -> [Parameter]? {
        guard bytes.last == 0 else { return nil }
        var texts: [String] = []
        for part in bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false) {
            guard let text = String(validating: part, as: UTF8.self) else { return nil }
            texts.append(text)
        }
        // The last text's own NUL leaves an empty one behind it.
        guard texts.popLast() == "", texts.count.isMultiple(of: 2) else { return nil }
        let parameters = stride(from: 0, to: texts.count, by: 2).map {
            Parameter(name: texts[$0], value: texts[$0 + 1])
        }
        guard parameters.allSatisfy({ !$0.name.isEmpty }), Set(parameters.map(\.name)).count == parameters.count else {
            return nil
        }
        return parameters
    }
}
