import Glibc
import Ledger
import LinuxIO

/// A plain HTTP/1.1 client for one small text: PUT publishes a checkpoint, GET fetches it. A checkpoint is signed and no
/// secret, so that what a network does to it is noticed; https needs what this client has not.
package enum HTTPAnchor {
    /// `http://HOST[:PORT]/PATH`.
    package struct Address: Hashable, Sendable, CustomStringConvertible {
        package let host: String
        package let port: Int
        /// With the slash at its beginning.
        package let path: String

        package init(_ text: String) throws {
            guard !text.hasPrefix("https://") else {
                throw RunError(
                    "`\(text)`: checkpoints are not published by https in this build",
                    remedy:
                        "use --file, and send the file with a program of your own, or a http:// server in your network: "
                        + "a checkpoint is signed, and no secret")
            }
            let rest = text.dropFirst("http://".count)
            let slash = rest.firstIndex(of: "/") ?? rest.endIndex
            var authority = rest[..<slash]
            var port = 80
            if let colon = authority.lastIndex(of: ":"), !authority.hasSuffix("]") {
                guard let number = Int(authority[authority.index(after: colon)...]), (1...65_535).contains(number)
                else {
                    throw RunError("`\(text)` has no port that there is", remedy: "http://HOST:PORT/PATH")
                }
                port = number
                authority = authority[..<colon]
            }
            let host =
                authority.hasPrefix("[") && authority.hasSuffix("]") ? authority.dropFirst().dropLast() : authority
            let path = slash == rest.endIndex ? "/" : String(rest[slash...])
            let isPlain = (host + path).utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
            guard text.hasPrefix("http://"), !host.isEmpty, isPlain, !host.contains("@"), !path.contains("#") else {
                throw RunError("`\(text)` is no address of an anchor", remedy: "http://HOST:PORT/PATH")
            }
            (self.host, self.port, self.path) = (String(host), port, path)
        }

        fileprivate var authority: String {
            let name = host.contains(":") ? "[\(host)]" : host
            return port == 80 ? name : "\(name):\(port)"
        }

        package var description: String { "http://\(authority)\(path)" }
    }

    private static let limit = 128 << 10
    /// Of each read and write, in seconds.
    private static let timeout = 20
    /// Of the whole answer: a server that sends a byte now and then is not waited for.
    private static let wholeTime = Duration.seconds(60)

    /// Publishes. Blocking.
    package static func publish(_ text: String, to address: Address) throws {
        let head =
            "PUT \(address.path) HTTP/1.1\r\nHost: \(address.authority)\r\nContent-Type: text/plain; charset=utf-8\r\n"
            + "Content-Length: \(text.utf8.count)\r\nConnection: close\r\n\r\n"
        let (status, _) = try exchange(head + text, with: address)
        guard (200..<300).contains(status) else {
            throw RunError(
                "`\(address)` answered the checkpoint with status \(status)", remedy: "it has to take PUT requests")
        }
    }

    /// What is published there; nil if nothing is. Blocking.
    package static func fetch(_ address: Address) throws -> [UInt8]? {
        let head =
            "GET \(address.path) HTTP/1.1\r\nHost: \(address.authority)\r\nAccept: text/plain\r\nConnection: close\r\n\r\n"
        let (status, body) = try exchange(head, with: address)
        if status == 404 || status == 410 { return nil }
        guard status == 200 else {
            throw RunError(
                "`\(address)` answered with status \(status)", remedy: "it has to answer GET requests with what was PUT"
            )
        }
        return body
    }

    private static func exchange(_ request: String, with address: Address) throws -> (status: Int, body: [UInt8]) {
        let end = ContinuousClock.now + wholeTime
        let socket = try connect(address)
        do {
            try socket.writeAll(Array(request.utf8))
            var answer: [UInt8] = []
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            while true {
                let count = try piece.withUnsafeMutableBytes { try socket.read(into: $0) }
                guard let count, ContinuousClock.now < end else { throw SystemError(call: "read", errno: ETIMEDOUT) }
                if count == 0 { break }
                answer += piece[..<count]
                guard answer.count <= limit else {
                    throw RunError("`\(address)` answered with more than \(limit) bytes")
                }
            }
            guard let parsed = HTTPAnswer(answer) else {
                throw RunError("`\(address)` answered with something else than HTTP")
            }
            return (parsed.status, parsed.body)
        } catch let error as SystemError {
            throw RunError("no answer of `\(address)`: \(error.message)", remedy: error.remedy)
        }
    }

    private static func connect(_ address: Address) throws -> SharedDescriptor {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address.host, String(address.port), &hints, &found) == 0 else {
            throw RunError("the host `\(address.host)` is not known", remedy: "check its name and the network")
        }
        defer { freeaddrinfo(found) }
        var problem = SystemError(call: "connect", errno: EHOSTUNREACH)
        var next = found
        while let place = next {
            next = place.pointee.ai_next
            let raw = Glibc.socket(place.pointee.ai_family, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            guard raw >= 0 else {
                problem = SystemError.last("socket")
                continue
            }
            let socket = Descriptor(owning: raw).shared()
            var wait = timeval(tv_sec: timeout, tv_usec: 0)
            for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
                setsockopt(raw, SOL_SOCKET, option, &wait, socklen_t(MemoryLayout<timeval>.size))
            }
            if Glibc.connect(raw, place.pointee.ai_addr, place.pointee.ai_addrlen) == 0 { return socket }
            problem = SystemError.last("connect")
        }
        throw RunError("cannot reach `\(address)`: \(problem.message)", remedy: problem.remedy)
    }
}
