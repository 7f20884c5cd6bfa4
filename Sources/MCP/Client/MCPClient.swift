import LinuxIO
import StrictJSON

/// A client of one server: what `agentbox call` uses inside a run, and tests.
///
///     let client = try await MCPClient.connect(to: "/run/agentbox/registry.sock", as: info)
///     let result = try await client.call("fs.read", ["path": "README.md"])
///     await client.close()
///
/// Requests of any number of tasks share the connection. Cancelling the task of a request cancels it at the server.
package final class MCPClient: Sendable {
    let info: Implementation
    let codec: MessageCodec
    let writer: LineWriter
    let pending = PendingRequests()
    private let negotiated = Locked<ProtocolVersion?>(nil)
    private let traffic = Locked<Task<Void, Never>?>(nil)

    /// A client over a connection that exists. `negotiate` comes first.
    ///
    /// - Parameter judge: Says what becomes of messages that answer nothing. It is asked by the reader, one after the
    ///   other, and must not wait.
    package init(
        _ channel: LineChannel, as info: Implementation, limits: MCPLimits = .client,
        judge: @escaping StrayMessage.Judge = StrayMessage.trusting
    ) {
        self.info = info
        codec = MessageCodec(limits)
        writer = LineWriter(limit: limits.outgoingBytes)
        let (writer, codec, pending) = (writer, codec, pending)
        let task = Task {
            await withTaskGroup(of: Void.self) { tasks in
                tasks.addTask { await writer.run(channel.output) }
                tasks.addTask {
                    await ReplyReader(channel.input, codec, limits.messageBytes, writer, judge: judge).run(pending)
                }
                // Either half is useless without the other.
                await tasks.next()
                tasks.cancelAll()
            }
            pending.close()
        }
        traffic.withLock { $0 = task }
    }

    /// Connects to a server's socket and finds out what it speaks.
    package static func connect(
        to path: String, as info: Implementation, limits: MCPLimits = .client
    ) async throws(MCPError) -> MCPClient {
        let socket: SharedDescriptor
        do throws(SystemError) {
            socket = try await BlockingPool.shared.run { () throws(SystemError) in try UnixSocket.connect(to: path) }
        } catch {
            throw MCPError.system(error)
        }
        let client = MCPClient(LineChannel(socket: socket), as: info, limits: limits)
        do throws(MCPError) {
            _ = try await client.negotiate()
        } catch {
            await client.close()
            throw error
        }
        return client
    }

    /// The version that was negotiated.
    package var version: ProtocolVersion? { negotiated.withLock { $0 } }

    /// Agrees with the server on a version: asks what it has, and falls back to `initialize` where it does not know the
    /// question (2026-07-28, *stdio: Backward Compatibility*).
    @discardableResult
    package func negotiate() async throws(MCPError) -> ProtocolVersion {
        do throws(MCPError) {
            return try await discover()
        } catch {
            if error == .connectionClosed || error == .cancelled { throw error }
            return try await initialize()
        }
    }

    /// Opens in the modern era.
    @discardableResult
    package func discover() async throws(MCPError) -> ProtocolVersion {
        negotiated.withLock { $0 = .newestModern }
        let members = try await request(Method.discover.rawValue, JSONObject())
        let result = try Self.reply { () throws(MCPError) in try DiscoverResult(wire: members) }
        guard let version = ProtocolVersion.modern.first(where: { result.supportedVersions.contains($0.rawValue) })
        else {
            throw MCPError.badReply("it speaks \(result.supportedVersions.joined(separator: ", ").shortened) only")
        }
        negotiated.withLock { $0 = version }
        return version
    }

    /// Opens in the legacy era.
    @discardableResult
    package func initialize(_ version: ProtocolVersion = .newestLegacy) async throws(MCPError) -> ProtocolVersion {
        negotiated.withLock { $0 = nil }
        let params = InitializeParams(protocolVersion: version.rawValue, clientInfo: info)
        let members = try await request(Method.initialize.rawValue, params.wireMembers)
        let result = try Self.reply { () throws(MCPError) in try InitializeResult(wire: members) }
        guard let agreed = ProtocolVersion(rawValue: result.protocolVersion), agreed.era == .legacy else {
            throw MCPError.badReply("it speaks `\(result.protocolVersion.shortened)` only")
        }
        negotiated.withLock { $0 = agreed }
        await send(.notification(RPCNotification(method: Method.initialized)))
        return agreed
    }

    /// Ends the connection; requests that are still waiting fail.
    package func close() async {
        let task = traffic.withLock { $0 }
        task?.cancel()
        await task?.value
    }

    /// Returns when the connection is over, whoever ended it.
    package func waitUntilClosed() async { await traffic.withLock { $0 }?.value }

    func send(_ message: RPCMessage) async { await writer.send(codec.encode(message)) }

    /// What is wrong in an answer is the server's doing, not a parameter of ours.
    static func reply<Value>(_ read: () throws(MCPError) -> Value) throws(MCPError) -> Value {
        do throws(MCPError) {
            return try read()
        } catch {
            throw MCPError.badReply(error.message)
        }
    }
}
