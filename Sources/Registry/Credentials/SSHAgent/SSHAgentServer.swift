import CSandbox
import Glibc
import LinuxIO
import MCP

/// The socket of one call on which its ssh-agent answers.
final class SSHAgentServer: Sendable {
    private let path: String
    private let serving: Task<Void, Never>

    private static let mostConnections = 16

    /// Listens at the path, which no other box shows.
    init(_ agent: SSHAgent, at path: String) throws(SystemError) {
        self.path = path
        let listener = try UnixSocket.listen(at: path)
        // The call is another user of this host, and finds it by its view alone: the folder is the owner's.
        guard chmod(path, 0o666) == 0 else { throw SystemError.last("chmod", path) }
        try listener.setNonblocking(true)
        serving = Task { await Self.serve(listener, agent) }
    }

    /// Ends it, with every connection to it.
    func close() async {
        serving.cancel()
        await serving.value
        unlink(path)
    }

    private static func serve(_ listener: SharedDescriptor, _ agent: SSHAgent) async {
        let open = Locked(0)
        await withDiscardingTaskGroup { group in
            while !Task.isCancelled {
                guard (try? await Reactor.shared.waitReadable(listener)) == .ready else { return }
                let raw = accept_shim(listener.raw)
                guard raw >= 0 else {
                    _ = await Reactor.shared.sleep(until: .now + .milliseconds(50))
                    continue
                }
                let peer = Descriptor(owning: raw).shared()
                // Whoever comes too many is hung up on.
                guard
                    open.withLock({
                        $0 += 1; return $0
                    }) <= mostConnections
                else {
                    open.withLock { $0 -= 1 }
                    continue
                }
                group.addTask {
                    // A peer that goes away, or says what it should not, is hung up on.
                    try? await answer(peer, agent)
                    open.withLock { $0 -= 1 }
                }
            }
        }
    }

    private static func answer(_ peer: SharedDescriptor, _ agent: SSHAgent) async throws {
        try peer.setNonblocking(true)
        var connection = SSHAgent.Connection()
        while let head = try await read(4, from: peer) {
            let length = head.reduce(0) { $0 << 8 | Int($1) }
            guard length > 0, length <= SSHAgent.longestMessage, let message = try await read(length, from: peer) else {
                return
            }
            let reply = agent.answer(message, &connection)
            let size = stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: reply.count >> $0) }
            try await write(size + reply, to: peer)
        }
    }

    /// Nil at the end, and of a task that was cancelled.
    private static func read(_ count: Int, from peer: SharedDescriptor) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var buffer = [UInt8](repeating: 0, count: count - bytes.count)
            let got = try buffer.withUnsafeMutableBytes { (buffer) throws(SystemError) in try peer.read(into: buffer) }
            if let got {
                guard got > 0 else { return nil }
                bytes += buffer.prefix(got)
            } else if try await Reactor.shared.waitReadable(peer) != .ready {
                return nil
            }
        }
        return bytes
    }

    private static func write(_ bytes: [UInt8], to peer: SharedDescriptor) async throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = try peer.write(rest)
            rest = rest.dropFirst(count)
            if count == 0, try await Reactor.shared.waitWritable(peer, until: .now + .seconds(10)) != .ready { return }
        }
    }
}
