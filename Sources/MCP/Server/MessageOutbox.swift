/// Where the answers to a client go: a line connection, or the response to one HTTP request.
///
/// A message for a peer that is gone is dropped silently: the connection learns of it from its transport.
package protocol MessageOutbox: Sendable {
    /// Queues the message, waiting for room if the peer is slow.
    func send(_ message: RPCMessage) async
    /// Queues the message now or drops it.
    func offer(_ message: RPCMessage)
}
