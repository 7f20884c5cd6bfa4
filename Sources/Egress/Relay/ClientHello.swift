/// Reads the server name out of the first bytes of a connection, if they are a TLS hello (RFC 8446, 4.1.2; RFC 6066, 3).
/// Strict: what a lenient server may read in two ways is malformed.
package enum ClientHello: Hashable, Sendable {
    /// More bytes are needed to say.
    case incomplete
    case notTLS
    /// It starts like TLS, and is none that anybody sends.
    case malformed
    /// Nil: it names no server.
    case server(String?)

    /// A hello is never longer than this; post-quantum key shares make some 2 KiB.
    package static let mostBytes = 48 << 10

    package init(_ bytes: some RandomAccessCollection<UInt8>) {
        var stream = Reader(bytes)
        guard let kind = stream.byte() else {
            self = .incomplete
            return
        }
        guard kind == 22 else {
            self = .notTLS
            return
        }
        guard let major = stream.byte() else {
            self = .incomplete
            return
        }
        guard major == 3 else {
            self = .notTLS
            return
        }
        self = Self.read(Reader(bytes))
    }

    /// The handshake message, which may be cut into records anywhere.
    private static func read(_ records: Reader) -> ClientHello {
        do throws(Unread) {
            return body(try message(records))
        } catch {
            return error == .incomplete ? .incomplete : .malformed
        }
    }

    /// Why there is no message to read.
    private enum Unread: Error { case incomplete, malformed }

    private static func message(_ records: Reader) throws(Unread) -> Reader {
        var records = records
        var handshake: [UInt8] = []
        while true {
            if handshake.count >= 4 {
                guard handshake[0] == 1 else { throw .malformed }
                let length = Int(handshake[1]) << 16 | Int(handshake[2]) << 8 | Int(handshake[3])
                guard length <= mostBytes else { throw .malformed }
                // Attack: a second message in the same record, which a server might read as the hello.
                if handshake.count > 4 + length { throw .malformed }
                if handshake.count == 4 + length { return Reader(handshake[4...]) }
            }
            guard let kind = records.byte() else { throw .incomplete }
            guard kind == 22 else { throw .malformed }
            guard let major = records.byte() else { throw .incomplete }
            guard major == 3 else { throw .malformed }
            guard records.byte() != nil, let length = records.short() else { throw .incomplete }
            // RFC 8446, 5.1: no empty fragments of a handshake, none longer than 2^14.
            guard (1...(1 << 14)).contains(length) else { throw .malformed }
            guard let fragment = records.take(length) else { throw .incomplete }
            handshake += fragment
        }
    }

    private static func body(_ reader: Reader) -> ClientHello {
        guard let extensions = extensions(of: reader) else { return .malformed }
        guard let content = extensions[0] else { return .server(nil) }
        return serverName(Reader(content)).map { .server($0) } ?? .malformed
    }

    /// By their numbers; nil of a malformed hello.
    private static func extensions(of reader: Reader) -> [Int: ArraySlice<UInt8>]? {
        var reader = reader
        guard reader.take(2 + 32) != nil, let session = reader.byte(), session <= 32,
            reader.take(Int(session)) != nil, let ciphers = reader.short(), ciphers % 2 == 0,
            reader.take(ciphers) != nil, let methods = reader.byte(), reader.take(Int(methods)) != nil
        else { return nil }
        if reader.isEmpty { return [:] }
        guard let length = reader.short(), let inner = reader.take(length), reader.isEmpty else { return nil }
        var list = Reader(inner)
        var found: [Int: ArraySlice<UInt8>] = [:]
        while !list.isEmpty {
            guard let kind = list.short(), let size = list.short(), let content = list.take(size) else { return nil }
            // RFC 8446, 4.2: none twice. Attack: two names, of which we read the one and the server the other.
            guard found.updateValue(content, forKey: kind) == nil else { return nil }
        }
        return found
    }

    private static func serverName(_ reader: Reader) -> String? {
        var reader = reader
        guard let length = reader.short(), let inner = reader.take(length), reader.isEmpty else { return nil }
        var list = Reader(inner)
        // One name: of a list with more nobody knows which a server takes.
        guard list.byte() == 0, let size = list.short(), let name = list.take(size), list.isEmpty, !name.isEmpty,
            name.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        return String(decoding: name, as: UTF8.self)
    }

    /// What a whole hello asks for.
    package struct Offer: Hashable, Sendable {
        /// Nil: it names no server.
        package let server: String?
        /// Of the application layer (RFC 7301), in the client's order.
        package let protocols: [String]

        /// Nil of what is no whole hello.
        package init?(_ bytes: some RandomAccessCollection<UInt8>) {
            guard case .server(let server) = ClientHello(bytes),
                let message = try? ClientHello.message(Reader(bytes)),
                let extensions = ClientHello.extensions(of: message)
            else { return nil }
            self.server = server
            guard let content = extensions[16] else {
                protocols = []
                return
            }
            var reader = Reader(content)
            guard let length = reader.short(), let inner = reader.take(length), reader.isEmpty else { return nil }
            var list = Reader(inner)
            var protocols: [String] = []
            while !list.isEmpty {
                guard let size = list.byte(), size > 0, let name = list.take(Int(size)) else { return nil }
                protocols.append(String(decoding: name, as: UTF8.self))
            }
            self.protocols = protocols
        }
    }

    private struct Reader {
        private var bytes: ArraySlice<UInt8>

        init(_ bytes: some Collection<UInt8>) { self.bytes = ArraySlice(bytes) }

        var isEmpty: Bool { bytes.isEmpty }

        mutating func byte() -> UInt8? { bytes.popFirst() }

        mutating func short() -> Int? {
            guard let high = bytes.popFirst(), let low = bytes.popFirst() else { return nil }
            return Int(high) << 8 | Int(low)
        }

        mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
            guard bytes.count >= count else { return nil }
            defer { bytes = bytes.dropFirst(count) }
            return bytes.prefix(count)
        }
    }
}
