import Hummingbird
import LinuxIO
import NIOCore

/// Tells open pages that the record grew, by server-sent events (HTML Living Standard, 9.2): no content of it, only that
/// there is something to look at again.
actor EventStream {
    /// Streams at once: each holds a connection.
    static let most = 16
    private static let interval: Duration = .milliseconds(300)
    /// A comment that keeps the connection from looking idle.
    private static let heartbeat = 50

    private let index: RecordIndex
    private var watchers: [Int: AsyncStream<UInt64?>.Continuation] = [:]
    private var nextName = 0
    private var follower: Task<Void, Never>?

    init(_ index: RecordIndex) { self.index = index }

    /// A stream of versions, and of nils to keep it alive; nil if there are too many.
    func subscribe() -> (name: Int, events: AsyncStream<UInt64?>)? {
        guard watchers.count < Self.most else { return nil }
        let name = nextName
        nextName += 1
        let (events, continuation) = AsyncStream.makeStream(of: UInt64?.self, bufferingPolicy: .bufferingNewest(1))
        watchers[name] = continuation
        if follower == nil { follower = Task { await follow() } }
        return (name, events)
    }

    var count: Int { watchers.count }

    func unsubscribe(_ name: Int) {
        watchers.removeValue(forKey: name)?.finish()
        guard watchers.isEmpty else { return }
        follower?.cancel()
        follower = nil
    }

    private func follow() async {
        var known = await index.refresh().version
        var quiet = 0
        while !Task.isCancelled, (try? await Task.sleep(for: Self.interval)) != nil {
            let version = await index.refresh().version
            quiet += 1
            if version != known {
                known = version
                for watcher in watchers.values { watcher.yield(version) }
                quiet = 0
            } else if quiet >= Self.heartbeat {
                for watcher in watchers.values { watcher.yield(nil) }
                quiet = 0
            }
        }
    }

    /// What one stream sends, until its reader goes away or `isOpen` is false.
    nonisolated func body(
        of name: Int, _ events: AsyncStream<UInt64?>, to request: Request, while isOpen: @escaping @Sendable () -> Bool
    ) -> ResponseBody {
        ResponseBody { writer in
            try await writer.write(ByteBuffer(string: "retry: 2000\n: agentbox console\n\n"))
            try await request.body.consumeWithInboundCloseHandler { _ in
                do {
                    for await version in events {
                        guard isOpen() else {
                            try await writer.write(ByteBuffer(string: "event: closed\ndata: {}\n\n"))
                            break
                        }
                        let text = version.map { "event: record\ndata: {\"version\":\($0)}\n\n" } ?? ": quiet\n\n"
                        try await writer.write(ByteBuffer(string: text))
                    }
                } catch {
                    // Its reader went away.
                    await self.unsubscribe(name)
                    throw error
                }
            } onInboundClosed: {
                Task { await self.unsubscribe(name) }
            }
            await self.unsubscribe(name)
            try await writer.finish(nil)
        }
    }
}
