import Egress
import Glibc
import HTTPRules
import Hosts
import NIOPosix
import Synchronization

@testable import Inspection

/// A socket on the loopback, and what is said on it byte by byte.
enum RawSocket {
    static func listening() -> (socket: Int32, port: UInt16) {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                precondition(
                    bind(fd, pointer, size) == 0 && listen(fd, 64) == 0 && getsockname(fd, pointer, &size) == 0)
            }
        }
        return (fd, UInt16(bigEndian: address.sin_port))
    }

    static func connected(to port: UInt16) -> Int32 {
        let fd = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(fd, $0, size) }
        }
        precondition(result == 0)
        return fd
    }

    static func write(_ text: some Sequence<UInt8>, to fd: Int32) {
        let bytes = Array(text)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes {
                send(fd, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return }
            sent += count
        }
    }

    /// Nil at the end, and after five seconds of nothing.
    static func read(_ fd: Int32) -> [UInt8]? {
        var waits = pollfd(fd: fd, events: Int16(POLLIN), revents: 0)
        guard poll(&waits, 1, 5000) > 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 65536)
        let count = recv(fd, &buffer, buffer.count, 0)
        return count > 0 ? Array(buffer.prefix(count)) : nil
    }
}

/// An origin that says what a test tells it to, and remembers what it was sent.
final class RawOrigin: Sendable {
    let port: UInt16
    private let socket: Int32
    private let heard = Heard()

    private final class Heard: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    var received: String { String(decoding: heard.bytes.withLock { $0 }, as: UTF8.self) }

    /// - Parameter pieces: What it answers to each head that comes, a write each.
    init(answering pieces: [String]) {
        (socket, port) = RawSocket.listening()
        let thread: @Sendable () -> Void = { [socket, heard] in
            while true {
                let client = accept(socket, nil, nil)
                guard client >= 0 else { return }
                var rest: [UInt8] = []
                while let bytes = RawSocket.read(client) {
                    heard.bytes.withLock { $0 += bytes }
                    rest += bytes
                    while let end = rest.indices.dropLast(3).first(where: { rest[$0...].starts(with: "\r\n\r\n".utf8) })
                    {
                        rest = Array(rest[(end + 4)...])
                        for piece in pieces {
                            RawSocket.write(piece.utf8, to: client)
                            usleep(1500)
                        }
                    }
                }
                close(client)
            }
        }
        Threads.start(thread)
    }

    deinit { shutdown(socket, Int32(SHUT_RDWR)) }
}

/// Threads of the tests' own: what blocks does not hold up the pool.
enum Threads {
    static func start(_ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let box = Unmanaged.passRetained(Box(body))
        pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        pthread_detach(thread)
    }

    private final class Box {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// An inspector in the test's own process, before a raw origin, and without TLS.
struct RawScene {
    let origin: RawOrigin
    let call: InspectedCall
    private let port: UInt16
    private let serving: Task<Void, Never>

    static let secret = "s3cr3t-T0ken/0123456789+abc"
    static let placeholder = Placeholder.make()

    init(
        answering pieces: [String] = ["HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"], rules: [RequestRule] = [],
        injecting: Bool = false, methods: [MethodName] = [], paths: [String] = [], headers: [String] = [],
        uses: Int? = nil,
        elsewhere: Bool = false
    ) async throws {
        origin = RawOrigin(answering: pieces)
        let destination = try Destination("127.0.0.1:\(origin.port)")
        let listener = RawSocket.listening()
        port = listener.port
        let pool = NIOThreadPool(numberOfThreads: 1)
        pool.start()
        let injection = try Injection(
            name: "token", placeholder: Self.placeholder, secret: SecretBytes(Self.secret.utf8),
            destination: elsewhere ? Destination("127.0.0.1:1") : destination, methods: methods,
            paths: paths.map { try PathPattern($0) }, headers: headers, uses: uses)
        call = try InspectedCall(
            [
                InspectedDestination(
                    EgressDestination(
                        destination, opened: [AddressRange("127.0.0.0/8")],
                        limits: EgressLimits(connections: 8, bytes: 1 << 24, milliseconds: 20_000)),
                    identity: nil, rules: rules)
            ], injecting ? [injection] : [], roots: [], pool: pool)
        serving = try await call.listen(on: [listener.socket])
    }

    /// What comes back of bytes that are sent as they are.
    func send(_ text: String) async -> String { await send(Array(text.replacing("HOST", with: host).utf8)) }

    func send(_ bytes: [UInt8], pieces: Int = .max) async -> String {
        await withCheckedContinuation { continuation in
            Threads.start { [port] in
                let fd = RawSocket.connected(to: port)
                defer { close(fd) }
                var start = 0
                while start < bytes.count {
                    let end = pieces == .max ? bytes.count : min(start + pieces, bytes.count)
                    RawSocket.write(bytes[start..<end], to: fd)
                    start = end
                    if start < bytes.count { usleep(300) }
                }
                shutdown(fd, Int32(SHUT_WR))
                var answer: [UInt8] = []
                while let piece = RawSocket.read(fd) { answer += piece }
                continuation.resume(returning: String(decoding: answer, as: UTF8.self))
            }
        }
    }

    var host: String { "127.0.0.1:\(origin.port)" }

    var report: (EgressReport, InjectionReport?) {
        guard case .closed(let reports, let injections) = call.report() else { preconditionFailure("it is a report") }
        return (reports[0], injections.first)
    }

    var refusals: [EgressReport.Reason: Int] {
        Dictionary(uniqueKeysWithValues: report.0.refusals.map { ($0.reason, $0.count) })
    }

    func end() { serving.cancel() }
}
