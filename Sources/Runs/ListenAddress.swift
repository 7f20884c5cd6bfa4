import Glibc
import LinuxIO

/// An address of this machine to listen on: `127.0.0.1:8931`, `[::1]:8931`. Numbers only: a name may lead elsewhere.
struct ListenAddress {
    /// As in a URL: `127.0.0.1`, `[::1]`.
    let host: String
    private var storage = sockaddr_storage()
    private let size: socklen_t
    let isLoopback: Bool

    init(_ text: String) throws(RunError) {
        guard let colon = text.lastIndex(of: ":"), let port = UInt16(text[text.index(after: colon)...]) else {
            throw Self.malformed(text)
        }
        host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") {
            var address = sockaddr_in6()
            address.sin6_family = sa_family_t(AF_INET6)
            address.sin6_port = port.bigEndian
            guard inet_pton(AF_INET6, String(host.dropFirst().dropLast()), &address.sin6_addr) == 1 else {
                throw Self.malformed(text)
            }
            let bytes = withUnsafeBytes(of: &address.sin6_addr) { Array($0) }
            isLoopback = bytes.dropLast().allSatisfy { $0 == 0 } && bytes.last == 1
            size = socklen_t(MemoryLayout<sockaddr_in6>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in6.self) }
        } else {
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            guard inet_pton(AF_INET, host, &address.sin_addr) == 1 else { throw Self.malformed(text) }
            isLoopback = UInt32(bigEndian: address.sin_addr.s_addr) >> 24 == 127
            size = socklen_t(MemoryLayout<sockaddr_in>.size)
            withUnsafeMutableBytes(of: &storage) { $0.storeBytes(of: address, as: sockaddr_in.self) }
        }
    }

    private static func malformed(_ text: String) -> RunError {
        RunError("`\(text)` is no address and port", remedy: "write it as 127.0.0.1:8931, or [::1]:8931")
    }

    /// A socket that listens there, and its port.
    func listen() throws -> (SharedDescriptor, UInt16) {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        let family = Int32(storage.ss_family)
        let socket = Descriptor(owning: try retrying("socket") { Glibc.socket(family, kind, 0) }).shared()
        var yes: Int32 = 1
        // A port that was just closed can be taken again.
        setsockopt(socket.raw, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = storage
        var size = size
        let problem: Int32 = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                guard bind(socket.raw, address, size) == 0, Glibc.listen(socket.raw, 128) == 0,
                    getsockname(socket.raw, address, &size) == 0
                else { return errno }
                return 0
            }
        }
        guard problem == 0 else {
            throw RunError(
                "cannot listen on `\(host)`: \(SystemError.text(of: problem))", remedy: "choose another port; 0 is any")
        }
        // Both kinds have their port in the same place.
        let port = withUnsafeBytes(of: &address) { $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self) }
        return (socket, UInt16(bigEndian: port))
    }
}
