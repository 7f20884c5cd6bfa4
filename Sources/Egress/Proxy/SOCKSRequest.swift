import Hosts

/// SOCKS5 (RFC 1928), of which it has `CONNECT` without authentication.
enum SOCKSRequest {
    static let version: UInt8 = 5

    /// The replies of section 6 that there are here.
    private enum Reply: UInt8 {
        case succeeded = 0
        case notAllowed = 2
        case hostUnreachable = 4
        case commandNotSupported = 7
        case addressNotSupported = 8

        var bytes: [UInt8] { [version, rawValue, 0, 1, 0, 0, 0, 0, 0, 0] }
    }

    /// Section 3: the version, and how the client could prove who it is.
    static func readGreeting(_ bytes: [UInt8]) -> ProxyRequest {
        guard bytes.count >= 2 else { return .incomplete }
        let length = 2 + Int(bytes[1])
        guard bytes.count >= length else { return .incomplete }
        guard bytes[2..<length].contains(0) else {
            return .refused("SOCKS5 was asked for with a password only", answer: [version, 0xFF])
        }
        return .greeting(length: length, answer: [version, 0])
    }

    /// Section 4.
    static func read(_ bytes: [UInt8]) -> ProxyRequest {
        guard bytes.count >= 5 else { return .incomplete }
        guard bytes[0] == version, bytes[2] == 0 else { return .refused("a malformed request of SOCKS5", answer: []) }
        let address: ArraySlice<UInt8>
        let isName = bytes[3] == 3
        switch bytes[3] {
        case 1: address = bytes[4...].prefix(4)
        case 3: address = bytes[5...].prefix(Int(bytes[4]))
        case 4: address = bytes[4...].prefix(16)
        default: return .refused("an address of no kind that SOCKS5 has", answer: Reply.addressNotSupported.bytes)
        }
        let wanted = isName ? 5 + Int(bytes[4]) : bytes[3] == 1 ? 8 : 20
        let length = wanted + 2
        guard bytes.count >= length else { return .incomplete }
        guard bytes[1] == 1 else {
            return .refused(
                bytes[1] == 3 ? "UDP was asked for" : "a connection inwards was asked for",
                answer: Reply.commandNotSupported.bytes)
        }
        let port = UInt16(bytes[wanted]) << 8 | UInt16(bytes[wanted + 1])
        return .connect(
            target(address, isName: isName, port: port), length: length,
            ProxyRequest.Answers(
                connected: Reply.succeeded.bytes, notGranted: Reply.notAllowed.bytes,
                unreachable: Reply.hostUnreachable.bytes))
    }

    private static func target(_ address: ArraySlice<UInt8>, isName: Bool, port: UInt16) -> ProxyRequest.Target {
        guard port > 0 else { return .none("port 0") }
        guard isName else {
            let bits = address.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
            return .destination(
                Destination(host: .address(IPAddress(isVersion6: address.count == 16, bits: bits)), port: port))
        }
        // Attack: bytes that the checker and who is asked read differently.
        guard !address.isEmpty, address.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return .none("a name with bytes that no name has")
        }
        let name = String(decoding: address, as: UTF8.self)
        do {
            // A name that is an address in text is one.
            return .destination(try Destination("\(name.contains(":") ? "[\(name)]" : name):\(port)"))
        } catch {
            return .none(error.reason)
        }
    }
}
