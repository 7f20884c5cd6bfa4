/// What one connection may cost the host, whatever its peer does.
package struct MCPLimits: Sendable {
    /// Bytes of one incoming message.
    package var messageBytes = 4 << 20
    /// Nested arrays and objects of one incoming message.
    package var messageDepth = 96
    /// Messages of one batch (2025-03-26 only).
    package var batchMessages = 256
    /// Requests that are worked on at the same time.
    package var running = 64
    /// Requests that have been read and wait for a place. When they are as many, reading pauses: back-pressure.
    /// Until then cancellations still get through.
    package var waiting = 1024
    /// Bytes of requests that have been read and are not answered; reading pauses above.
    package var waitingBytes = 16 << 20
    /// Open `subscriptions/listen` requests.
    package var subscriptions = 16
    /// Bytes of answers that the peer has not taken yet; above, answers wait and progress is dropped.
    package var outgoingBytes = 8 << 20
    /// How long requests may still run after the peer's last byte while it still listens, and how long the last
    /// answers may take to be written.
    package var drain = Duration.seconds(1)

    package init() {}
}
