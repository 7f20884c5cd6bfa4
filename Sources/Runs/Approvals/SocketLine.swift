import CSandbox
import Glibc
import LinuxIO
import StrictJSON

/// Lines of JSON on a nonblocking socket, one message each.
enum SocketLine {
    static func send(
        _ json: JSON, to socket: SharedDescriptor, until deadline: ContinuousClock.Instant
    ) async throws(SystemError) {
        var rest = (json.encoded() + [UInt8(ascii: "\n")])[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { Glibc.send(socket.raw, $0.baseAddress, $0.count, sendFlags) }
            if written >= 0 {
                rest = rest.dropFirst(written)
            } else if errno == EAGAIN {
                guard try await Reactor.shared.waitWritable(socket, until: deadline) == .ready else { throw timeout }
            } else if errno != EINTR {
                throw SystemError.last("send")
            }
        }
    }

    /// The next line, and with `withSender` the one process that all of it came from.
    static func receive(
        from socket: SharedDescriptor, until deadline: ContinuousClock.Instant, withSender: Bool = false
    ) async throws(SystemError) -> ([UInt8], cs_peer) {
        var line: [UInt8] = []
        var sender: cs_peer?
        while true {
            var piece = [UInt8](repeating: 0, count: 16 << 10)
            var peer = cs_peer()
            let count = piece.withUnsafeMutableBytes { buffer in
                withSender
                    ? cs_peer_receive(socket.raw, buffer.baseAddress, buffer.count, &peer)
                    : recv(socket.raw, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
            }
            if count < 0, errno == EAGAIN {
                guard try await Reactor.shared.waitReadable(socket, until: deadline) == .ready else { throw timeout }
                continue
            }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError.last("recvmsg") }
            guard count > 0 else { throw SystemError(call: "recvmsg", errno: ECONNRESET) }
            if withSender {
                // A line that two processes wrote is nobody's.
                if let sender, sender.pid != peer.pid || sender.uid != peer.uid { throw Self.mixed }
                sender = peer
            }
            line += piece[..<count]
            guard line.count <= ApprovalSocket.longestLine else { throw SystemError(call: "recvmsg", errno: EMSGSIZE) }
            if let end = line.firstIndex(of: UInt8(ascii: "\n")) { return (Array(line[..<end]), sender ?? cs_peer()) }
        }
    }

    private static var timeout: SystemError { SystemError(call: "recvmsg", errno: ETIMEDOUT) }
    private static var mixed: SystemError { SystemError(call: "recvmsg", errno: EPERM) }
    private static let sendFlags = Int32(MSG_NOSIGNAL | MSG_DONTWAIT)
}
