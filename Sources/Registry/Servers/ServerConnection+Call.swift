import MCP
import StrictJSON

/// What a tool server made of one call.
enum ServerReply: Sendable {
    /// - Parameter bytes: Of the line that it came in.
    case answered(MCPToolResult, bytes: Int)
    /// An error of the protocol: the server's own words, in which the agent's label has to be seen before them.
    case refused(MCPError)
    /// A longer answer than the call may have.
    case tooLong(bytes: Int)
    /// The server is no more.
    case ended(ServerError)
    /// Nobody waits any longer. The server has confirmed that, or is no more.
    case stopped(Reason)

    enum Reason: Sendable { case deadline, cancellation }
}

extension ServerConnection {
    /// How long a server may take to confirm that it has given up a call.
    static let grace = Duration.seconds(1)

    /// Hands one call to the server.
    ///
    /// INVARIANT: there is no other way to make a server do something, and this one asks for a decision that is on disk.
    ///
    /// A call that is over has to be over: a server that does not confirm a cancellation within the grace may still be
    /// at it, and is ended. The protocol does not ask for a confirmation, but what goes on after its end is on record
    /// nobody would answer for.
    func call(
        _ call: borrowing AuthorisedCall, as tool: String, until deadline: ContinuousClock.Instant
    ) async -> ServerReply {
        let open = client.open(tool, call.resolved.arguments.objectValue ?? JSONObject())
        let limit = min(settings.answerBytes, call.decision.outputLimit ?? settings.answerBytes)
        let reason: ServerReply.Reason
        switch await Waited.value(of: open.answer, until: deadline) {
        case .came(let answer): return await reply(answer, limit)
        case .deadlinePassed: reason = .deadline
        case .cancelled: reason = .cancellation
        }
        open.cancel()
        if case .came = await Waited.value(of: open.answer, until: .now + Self.grace, heedsCancellation: false) {
            conduct.answered()
        } else {
            await close()
        }
        return .stopped(reason)
    }

    private func reply(_ answer: OpenCall.Answer, _ limit: Int) async -> ServerReply {
        switch answer.result {
        case .success(let result):
            conduct.answered()
            return answer.bytes > limit ? .tooLong(bytes: answer.bytes) : .answered(result, bytes: answer.bytes)
        case .failure(let error) where error == .connectionClosed: return .ended(await whyClosed(.ended))
        case .failure(let error) where error.isServers:
            conduct.answered()
            return .refused(error)
        case .failure:
            // The right number and no result of a tool: as good as a line that is no message.
            await close()
            return .ended(
                ServerError(.misbehaved, "the server's answer is no result of a tool; it was ended"))
        }
    }
}
