import Glibc
import LinuxIO
import MCP

/// One connection to the registry's socket: a message a line. It closes when the value goes, and the calls of the
/// connection end with it.
final class RegistryLink: Sendable {
    private let socket: SharedDescriptor
    private let codec: MessageCodec
    private let outgoing = LineQueue()
    private let framer: Locked<LineFramer>

    init(_ settings: EdgeSettings) throws(SystemError) {
        socket = try UnixSocket.connect(to: settings.socket)
        try socket.setNonblocking(true)
        codec = MessageCodec(.client)
        framer = Locked(LineFramer(limit: MCPLimits.client.messageBytes))
    }

    /// Writes a message whole, after those that are being written.
    func send(_ message: RPCMessage) async throws {
        var rest = (codec.encode(message) + [0x0A])[...]
        await outgoing.begin()
        defer { outgoing.end() }
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes {
                Glibc.send(socket.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
            }
            if count >= 0 {
                rest = rest.dropFirst(count)
            } else if errno == EAGAIN {
                guard try await Reactor.shared.waitWritable(socket) == .ready else { throw CancellationError() }
            } else if errno != EINTR {
                throw EdgeRefusal.registryGone
            }
        }
    }

    enum Arrival {
        case message(RPCMessage)
        case nothingYet
        /// The registry has closed the connection, or the task was cancelled.
        case end
    }

    /// The next message. For one task.
    func next(until deadline: ContinuousClock.Instant? = nil) async -> Arrival {
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            while let line = framer.withLock({ $0.next() }) {
                if case .bytes(let bytes) = line, case .message(let message) = codec.decode(bytes) {
                    return .message(message)
                }
            }
            guard let readiness = try? await Reactor.shared.waitReadable(socket, until: deadline) else { return .end }
            switch readiness {
            case .ready: break
            case .deadlinePassed: return .nothingYet
            case .cancelled: return .end
            }
            let count = chunk.withUnsafeMutableBytes { recv(socket.raw, $0.baseAddress, $0.count, Int32(MSG_DONTWAIT)) }
            if count > 0 {
                framer.withLock { $0.append(chunk[..<count]) }
            } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
                return .end
            }
        }
    }

    /// Ends the connection, and whoever waits for its messages.
    func close() { shutdown(socket.raw, Int32(SHUT_RDWR)) }
}

/// Lets one writer at a time through, in the order in which they came.
private final class LineQueue: Sendable {
    private let state = Locked<(isTaken: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    func begin() async {
        await withCheckedContinuation { continuation in
            let isFree = state.withLock { state in
                if state.isTaken { state.waiting.append(continuation) }
                defer { state.isTaken = true }
                return !state.isTaken
            }
            if isFree { continuation.resume() }
        }
    }

    func end() {
        let next = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if !state.waiting.isEmpty { return state.waiting.removeFirst() }
            state.isTaken = false
            return nil
        }
        next?.resume()
    }
}
