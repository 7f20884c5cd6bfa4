/// Something of a server that answers no request which is waiting.
package enum StrayMessage: Sendable {
    case notification(RPCNotification)
    /// The server asks its client for something.
    case request(RPCRequest)
    /// An answer to nothing that was asked, or a second answer.
    case answer(RPCID?)
    /// A line that is no message.
    case malformed(RPCFailure)
    /// A line longer than any message may be.
    case oversize

    /// What becomes of the connection.
    package enum Consequence: Sendable {
        case ignore
        case answer(RPCMessage)
        case close
    }

    /// Says what becomes of a message, of so many bytes.
    package typealias Judge = @Sendable (_ stray: StrayMessage, _ bytes: Int) -> Consequence

    /// What a client does that trusts its server: whatever it does not understand it drops. Only a line that is too long
    /// ends the connection: it might have been the answer that somebody waits for.
    package static let trusting: Judge = { stray, _ in
        if case .oversize = stray { .close } else { .ignore }
    }
}
