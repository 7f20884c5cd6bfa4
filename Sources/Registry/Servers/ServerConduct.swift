import LinuxIO
import MCP
import StrictJSON

/// Watches what a server writes that answers nothing, and ends it for what no client should put up with.
///
/// Attacks: a line that is no message, or one that strict JSON refuses, may be half of something that a laxer reader
/// takes for an answer; an answer to nothing, or a second one, would wait for a later request of that number; requests
/// of a server (`sampling/createMessage`, `elicitation/create`, `roots/list`) ask the agent's model or its person for
/// something in its name; endless notifications cost the host time.
final class ServerConduct: Sendable {
    /// Messages that answer nothing, between two answers.
    static let mostStrays = 1000
    /// And the bytes of them all, which are parsed before they are dropped.
    static let mostStrayBytes = 8 << 20

    private struct State {
        var strays = 0
        var strayBytes = 0
        var offence: ServerError?
        var hasChangedTools = false
    }

    private let state = Locked(State())

    /// What the server was ended for; nil if it behaved.
    var offence: ServerError? { state.withLock { $0.offence } }

    /// True once after the server said that its tools changed.
    func takeChangedTools() -> Bool {
        state.withLock { state in
            defer { state.hasChangedTools = false }
            return state.hasChangedTools
        }
    }

    /// An answer came: the count starts anew.
    func answered() { state.withLock { ($0.strays, $0.strayBytes) = (0, 0) } }

    func judge(_ stray: StrayMessage, _ bytes: Int) -> StrayMessage.Consequence {
        switch stray {
        case .notification(let notification):
            // Progress and log messages are nobody's: the agent did not ask for any, and they would carry labels.
            if notification.method == "notifications/tools/list_changed" {
                state.withLock { $0.hasChangedTools = true }
            }
            return count(bytes) ?? .ignore
        case .request(let request):
            if let consequence = count(bytes) { return consequence }
            guard request.method != "ping" else { return .answer(.result(request.id, JSONObject())) }
            return .answer(
                .failure(
                    request.id, RPCFailure(code: RPCFailure.methodNotFound, message: "not offered to a tool server")))
        case .answer: return offend(.misbehaved, "the server answered a request that nobody made, or one twice")
        case .malformed:
            return offend(
                .misbehaved, "the server wrote a line to its standard output that is no message of the protocol")
        case .oversize: return offend(.flooded, "the server wrote a longer message than it may")
        }
    }

    private func count(_ bytes: Int) -> StrayMessage.Consequence? {
        let isTooMany = state.withLock { state in
            state.strays += 1
            state.strayBytes += bytes
            return state.strays > Self.mostStrays || state.strayBytes > Self.mostStrayBytes
        }
        return isTooMany ? offend(.flooded, "the server sent too much that answers nothing") : nil
    }

    private func offend(_ code: ServerError.Code, _ what: String) -> StrayMessage.Consequence {
        state.withLock { state in
            state.offence = state.offence ?? ServerError(code, what + "; it was ended")
        }
        return .close
    }
}
