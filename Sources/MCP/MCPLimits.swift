/// What one connection may cost the host, whatever its peer does.
package struct MCPLimits: Sendable {
    /// Bytes of one incoming message.
    package var messageBytes = 4 << 20
    /// Nested arrays and objects of one incoming message.
    package var messageDepth = 96
    /// Values in one incoming message: `[0],` takes four bytes on the wire and ninety in memory.
    package var messageValues = 200_000
    /// Messages of one batch (2025-03-26 only).
    package var batchMessages = 256
    /// Requests that are worked on at the same time.
    package var running = 64
    /// Requests that have been read and wait for a place. When they are as many, reading pauses: back-pressure.
    /// Until then cancellations still get through.
    package var waiting = 1024
    /// What requests that have been read and are not answered take in memory, about; reading pauses above.
    package var waitingBytes = 8 << 20
    /// Open `subscriptions/listen` requests.
    package var subscriptions = 16
    /// Bytes of answers that the peer has not taken yet; above, answers wait and progress is dropped.
    package var outgoingBytes = 4 << 20
    /// Bytes of one answer.
    package var answerBytes = 16 << 20
    /// How long requests may still run after the peer's last byte while it still listens, and how long the last
    /// answers may take to be written.
    package var drain = Duration.seconds(1)

    package init() {}

    /// For a client, which trusts its server further: whatever that answers arrives.
    package static let client: MCPLimits = {
        var limits = MCPLimits()
        limits.messageBytes = 2 * limits.answerBytes
        limits.messageValues = .max
        return limits
    }()
}
