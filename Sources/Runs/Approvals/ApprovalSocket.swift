import CSandbox
import Diagnostics
import Glibc
import LinuxIO
import MCP
import Registry
import StrictJSON

/// Where the host of a run takes answers of people whose only proof is that they are the local user: a socket in the
/// run's folder that nobody else can open, and that no box shows.
///
/// Host: a line with a challenge. Peer: one line, the challenge with the answer. Host: one line, the outcome.
package enum ApprovalSocket {
    /// An answer is small, a plan of 256 requests too.
    static let longestLine = 64 << 10
    /// For each of the two lines.
    static let patience = Duration.seconds(10)
    private static let mostPeers = 16

    // MARK: The peer

    /// Gives an answer, and returns what the host makes of it.
    package static func send(_ answer: OfferedAnswer, to path: String) async throws -> AnswerOutcome {
        let socket: SharedDescriptor
        do {
            socket = try UnixSocket.connect(to: path)
            try socket.setNonblocking(true)
        } catch {
            throw ApprovalError.unreachable(path, SystemError.text(of: error.errno))
        }
        do {
            let deadline = ContinuousClock.now + patience
            let hello = try await SocketLine.receive(from: socket, until: deadline).0
            guard let challenge = (try? JSON(parsing: hello))?["challenge"] else {
                throw ApprovalError.unreachable(path, "it does not speak as an agentbox does")
            }
            let reply: JSON = ["challenge": challenge, "answer": answer.json]
            try await SocketLine.send(reply, to: socket, until: deadline)
            let line = try await SocketLine.receive(from: socket, until: .now + patience).0
            guard let outcome = (try? JSON(parsing: line)).flatMap({ AnswerOutcome($0) }) else {
                throw ApprovalError.unreachable(path, "it does not speak as an agentbox does")
            }
            return outcome
        } catch let error as SystemError {
            throw ApprovalError.unreachable(path, SystemError.text(of: error.errno))
        }
    }

    // MARK: The host

    /// Listens at the path until the task is cancelled, and hands each answer with what the kernel says of its peer on.
    package static func serve(
        at path: String, _ take: @escaping @Sendable (OfferedAnswer, PeerIdentity) async -> AnswerOutcome
    ) throws(SystemError) -> Task<Void, Never> {
        let listener = try UnixSocket.listen(at: path)
        guard chmod(path, 0o600) == 0 else { throw SystemError.last("chmod", path) }
        try listener.setNonblocking(true)
        return Task {
            await withDiscardingTaskGroup { group in
                let places = Places(mostPeers)
                while !Task.isCancelled {
                    let readiness = try? await Reactor.shared.waitReadable(listener)
                    guard readiness == .ready else { return }
                    let raw = accept_shim(listener.raw)
                    guard raw >= 0 else {
                        // Out of descriptors: somebody else has to give some back first.
                        _ = await Reactor.shared.sleep(until: .now + .milliseconds(100))
                        continue
                    }
                    let peer = Descriptor(owning: raw).shared()
                    // Whoever comes too many is hung up on.
                    guard places.take() else { continue }
                    group.addTask {
                        // A peer that goes away, or says what it should not, gets no answer.
                        try? await serve(peer, take)
                        places.give()
                    }
                }
            }
            unlink(path)
        }
    }

    private static func serve(
        _ socket: SharedDescriptor, _ take: (OfferedAnswer, PeerIdentity) async -> AnswerOutcome
    ) async throws {
        // In this order: see `PeerIdentity`.
        let witness = PeerWitness(of: socket)
        let challenge = String(UInt64.random(in: 0...UInt64.max), radix: 16)
        try retrying("setsockopt") { cs_peer_ask(socket.raw) }
        let deadline = ContinuousClock.now + patience
        try await SocketLine.send(["challenge": .string(challenge)], to: socket, until: deadline)
        let (line, sender) = try await SocketLine.receive(from: socket, until: deadline, withSender: true)
        let json = try JSON(parsing: line)
        guard json["challenge"]?.stringValue == challenge, let answer = json["answer"].flatMap({ OfferedAnswer($0) })
        else {
            let outcome = AnswerOutcome.refused(code: "malformed", message: "this is no answer", remedy: nil)
            return try await SocketLine.send(outcome.json, to: socket, until: .now + patience)
        }
        let outcome = await take(answer, witness.identity(sender))
        try await SocketLine.send(outcome.json, to: socket, until: .now + patience)
    }

    private final class Places: Sendable {
        private let left: Locked<Int>
        init(_ count: Int) { left = Locked(count) }
        func take() -> Bool {
            left.withLock { left in
                guard left > 0 else { return false }
                left -= 1
                return true
            }
        }
        func give() { left.withLock { $0 += 1 } }
    }
}
