import Glibc
import LinuxIO
import TestSupport

/// Answers a request of 1 KB, which begins with a number, with as many bytes.
struct LoopbackServer {
    let port: UInt16

    init() throws {
        let (listener, own) = try Self.listen()
        port = own
        startThread(named: "server") {
            let block = [UInt8](repeating: 7, count: 1 << 20)
            while true {
                let raw = accept(listener.raw, nil, nil)
                guard raw >= 0 else { continue }
                let connection = Descriptor(owning: raw)
                Self.answer(connection, block)
            }
        }
    }

    private static func answer(_ connection: borrowing Descriptor, _ block: [UInt8]) {
        var request = [UInt8](repeating: 0, count: 1024)
        guard recv(connection.raw, &request, request.count, Int32(MSG_WAITALL)) == request.count else {
            return
        }
        var left = Int(request.prefix(8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        while left > 0 {
            let count = send(connection.raw, block, min(left, block.count), Int32(MSG_NOSIGNAL))
            guard count > 0 else { return }
            left -= count
        }
    }

    static func listen() throws -> (SharedDescriptor, UInt16) {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError.last("socket") }
        let listener = Descriptor(owning: raw).shared()
        var address = Self.address(0)
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { any in
                bind(raw, any, size) == 0 && Glibc.listen(raw, 128) == 0 && getsockname(raw, any, &size) == 0
            }
        }
        guard bound else { throw SystemError.last("bind") }
        return (listener, UInt16(bigEndian: address.sin_port))
    }

    static func connect(_ port: UInt16) throws -> SharedDescriptor {
        let raw = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard raw >= 0 else { throw SystemError.last("socket") }
        let connection = Descriptor(owning: raw).shared()
        var address = Self.address(port)
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { any in
                Glibc.connect(raw, any, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        guard connected else { throw SystemError.last("connect") }
        return connection
    }

    private static func address(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
