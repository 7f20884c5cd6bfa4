import Glibc
import LinuxIO

/// Unix sockets by path.
package enum UnixSocket {
    /// Connects to a server's socket. Blocking, as connecting to a local socket takes no time unless its backlog is
    /// full.
    package static func connect(to path: String) throws(SystemError) -> SharedDescriptor {
        let socket = try make()
        try withAddress(path) { (address, size) throws(SystemError) in
            try retrying("connect", path) { Glibc.connect(socket.raw, address, size) }
        }
        return socket.shared()
    }

    /// Binds a new socket to a path that does not exist yet and listens on it.
    package static func listen(at path: String, backlog: Int32 = 64) throws(SystemError) -> SharedDescriptor {
        let socket = try make()
        try withAddress(path) { (address, size) throws(SystemError) in
            try retrying("bind", path) { Glibc.bind(socket.raw, address, size) }
        }
        try retrying("listen", path) { Glibc.listen(socket.raw, backlog) }
        return socket.shared()
    }

    private static func make() throws(SystemError) -> Descriptor {
        let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue)
        return Descriptor(owning: try retrying("socket") { Glibc.socket(AF_UNIX, kind, 0) })
    }

    private static func withAddress(
        _ path: String, _ body: (UnsafePointer<sockaddr>, socklen_t) throws(SystemError) -> Void
    ) throws(SystemError) {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path) - 1
        // A NUL would cut the path short: another socket than the one that was named.
        guard bytes.count <= room, !bytes.contains(0) else {
            throw SystemError(call: "connect", errno: ENAMETOOLONG, subject: path)
        }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let outcome = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                Result { () throws(SystemError) in try body(address, socklen_t(MemoryLayout<sockaddr_un>.size)) }
            }
        }
        try outcome.get()
    }
}
