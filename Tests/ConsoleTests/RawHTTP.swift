import Glibc
import LinuxIO
import TestSupport

/// One request over a real socket, byte by byte as it is written here: what no client would send can be sent.
struct RawHTTP: Sendable {
    let status: Int
    let head: String
    let body: String

    /// The value of a header field, as it is written; nil if it is missing.
    func field(_ name: String) -> String? {
        for line in head.split(separator: "\r\n") where line.lowercased().hasPrefix(name.lowercased() + ":") {
            return String(line.dropFirst(name.count + 1).drop { $0 == " " })
        }
        return nil
    }

    /// Sends `text` and reads until the server closes, `enough` is in what came, or ten seconds are over.
    static func send(
        _ text: String, to port: Int, address: String = "127.0.0.1", until enough: String? = nil
    ) async throws -> RawHTTP {
        try await BlockingPool.shared.run {
            let socket = try connected(to: port, address)
            defer { close(socket) }
            // A server that refuses early may have closed before all was written.
            _ = text.withCString { Glibc.send(socket, $0, strlen($0), Int32(MSG_NOSIGNAL)) }
            var bytes: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 65_536)
            while true {
                let count = piece.withUnsafeMutableBytes { read(socket, $0.baseAddress, $0.count) }
                if count <= 0 { break }
                bytes += piece[..<count]
                if let enough, String(decoding: bytes, as: UTF8.self).contains(enough) { break }
            }
            return RawHTTP(bytes)
        }
    }

    private init(_ bytes: [UInt8]) {
        let mark = Array("\r\n\r\n".utf8)
        let end = bytes.indices.first { bytes[$0...].starts(with: mark) } ?? bytes.count
        head = String(decoding: bytes[..<end], as: UTF8.self)
        body = String(decoding: bytes.dropFirst(end + mark.count), as: UTF8.self)
        status = Int(String(decoding: bytes.dropFirst("HTTP/1.1 ".utf8.count).prefix(3), as: UTF8.self)) ?? 0
    }

    /// A connection, with a limit on how long reading waits.
    static func connected(to port: Int, _ address: String) throws -> Int32 {
        let isIPv6 = address.contains(":")
        let socket = Glibc.socket(isIPv6 ? AF_INET6 : AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard socket >= 0 else { throw SystemError.last("socket") }
        var limit = timeval(tv_sec: 10, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        let result: Int32
        if isIPv6 {
            var name = sockaddr_in6()
            name.sin6_family = sa_family_t(AF_INET6)
            name.sin6_port = UInt16(port).bigEndian
            name.sin6_addr = in6addr_loopback
            result = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in6>.size))
                }
            }
        } else {
            var name = sockaddr_in()
            name.sin_family = sa_family_t(AF_INET)
            name.sin_port = UInt16(port).bigEndian
            name.sin_addr.s_addr = inet_addr(address)
            result = withUnsafePointer(to: &name) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        guard result == 0 else {
            let problem = SystemError.last("connect")
            close(socket)
            throw problem
        }
        return socket
    }
}
