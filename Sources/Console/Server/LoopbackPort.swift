import Glibc
import LinuxIO

/// The port that the console listens on: the same one of 127.0.0.1 and of ::1.
///
/// Attack: `localhost` is both, and browsers try ::1 first. If only the other were ours, another user of the machine could
/// listen there and be brought our links.
struct LoopbackPort: Sendable {
    let number: Int
    /// Addresses to listen on.
    let addresses: [String]

    private static let attempts = 20

    /// - Parameter wanted: 0 for one that is free.
    static func choose(_ wanted: Int) throws(ConsoleError) -> LoopbackPort {
        for _ in 0..<attempts {
            guard let first = probe(AF_INET, wanted) else { throw taken(wanted, errno) }
            if let second = probe(AF_INET6, first), second == first {
                return LoopbackPort(number: first, addresses: ["127.0.0.1", "::1"])
            }
            switch errno {
            // There is no IPv6 on this machine: nobody can listen there.
            case EADDRNOTAVAIL, EAFNOSUPPORT: return LoopbackPort(number: first, addresses: ["127.0.0.1"])
            case EADDRINUSE where wanted == 0: continue
            default: throw taken(first, errno)
            }
        }
        throw taken(wanted, EADDRINUSE)
    }

    private static func taken(_ port: Int, _ problem: Int32) -> ConsoleError {
        ConsoleError(
            .port, "the console cannot listen on port \(port) of the loopback: \(SystemError.text(of: problem))",
            remedy: "leave --port away, or name one that is free")
    }

    /// Binds a socket to the loopback and lets go of it again. Nil, with `errno`, if that is not possible.
    private static func probe(_ family: Int32, _ port: Int) -> Int? {
        let socket = Glibc.socket(family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard socket >= 0 else { return nil }
        defer {
            let problem = errno
            close(socket)
            errno = problem
        }
        var yes: Int32 = 1
        setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        return family == AF_INET ? probe4(socket, port) : probe6(socket, port)
    }

    private static func probe4(_ socket: Int32, _ port: Int) -> Int? {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        } ? Int(UInt16(bigEndian: address.sin_port)) : nil
    }

    private static func probe6(_ socket: Int32, _ port: Int) -> Int? {
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_port = UInt16(truncatingIfNeeded: port).bigEndian
        address.sin6_addr = in6addr_loopback
        var length = socklen_t(MemoryLayout<sockaddr_in6>.size)
        return withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        } ? Int(UInt16(bigEndian: address.sin6_port)) : nil
    }
}
