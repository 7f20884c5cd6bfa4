import NIOCore

/// Reads the parts of messages from a connection, one after the other.
///
/// INVARIANT: one task at a time reads; the exchange that has it waits for its tasks before it goes on.
final class PartReader<Part: Sendable>: @unchecked Sendable {
    private var iterator: NIOAsyncChannelInboundStream<Part>.AsyncIterator

    init(_ stream: NIOAsyncChannelInboundStream<Part>) { iterator = stream.makeAsyncIterator() }

    /// Nil at the end of the connection.
    func next() async throws -> Part? { try await iterator.next() }
}
