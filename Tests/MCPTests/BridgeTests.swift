import Glibc
import LinuxIO
import StrictJSON
import Testing

@testable import MCP

@Suite("The bridge carries bytes both ways and ends when either side does", .timeLimit(.minutes(1)))
struct BridgeTests {
    /// A bridge on a thread of its own, between two pipes and a socket.
    private final class Bridging: Sendable {
        let input: Locked<SharedDescriptor?>
        let output: Locked<SharedDescriptor?>
        let server: Locked<SharedDescriptor?>
        let ended = Counter()

        init() throws {
            signal(SIGPIPE, SIG_IGN)
            var requests = try Descriptor.pipe()
            var answers = try Descriptor.pipe()
            var sockets = try Descriptor.socketPair(.stream)
            let (near, far) = (sockets.takeFirst().shared(), sockets.takeSecond().shared())
            let (reading, writing) = (requests.takeFirst().shared(), answers.takeSecond().shared())
            input = Locked(requests.takeSecond().shared())
            output = Locked(answers.takeFirst().shared())
            server = Locked(far)
            let ended = ended
            onThread {
                var bridge = MCPBridge(
                    input: BorrowedDescriptor(reading.raw), output: BorrowedDescriptor(writing.raw), socket: near)
                do { try bridge.run() } catch { Issue.record(error) }
                withExtendedLifetime((reading, writing)) {}
                ended.increment()
            }
        }

        func write(_ text: String) throws { try input.withLock { $0 }?.writeAll(Array(text.utf8)) }
    }

    private static func read(_ descriptor: Locked<SharedDescriptor?>, _ count: Int) async throws -> [UInt8] {
        guard let descriptor = descriptor.withLock({ $0 }) else { throw PeerError.closed }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 64 << 10)
        while bytes.count < count {
            guard let got = try await StreamEnd(descriptor).readSome(into: &chunk), got > 0 else { break }
            bytes += chunk[..<got]
        }
        return bytes
    }

    @Test("Bytes pass both ways, and the end of the input still lets answers through") func halfClose() async throws {
        let bridging = try Bridging()
        try bridging.write("question")
        #expect(try await Self.read(bridging.server, 8) == Array("question".utf8))
        bridging.input.withLock { $0 = nil }
        #expect(try await Self.read(bridging.server, 1).isEmpty)
        try bridging.server.withLock { $0 }?.writeAll(Array("answer".utf8))
        #expect(try await Self.read(bridging.output, 6) == Array("answer".utf8))
        bridging.server.withLock { $0 = nil }
        await bridging.ended.reaches(1)
    }

    @Test("It ends when the server closes, though the input stays open") func serverGone() async throws {
        let bridging = try Bridging()
        try bridging.server.withLock { $0 }?.writeAll(Array("last words".utf8))
        bridging.server.withLock { $0 = nil }
        #expect(try await Self.read(bridging.output, 10) == Array("last words".utf8))
        await bridging.ended.reaches(1)
    }

    @Test("It ends when nobody reads its output") func outputGone() async throws {
        let bridging = try Bridging()
        bridging.output.withLock { $0 = nil }
        await bridging.ended.reaches(1)
    }

    @Test("Megabytes pass both ways at once, though both sides are slow to read") func bulk() async throws {
        let bridging = try Bridging()
        let size = 1 << 20
        let sent = (0..<size).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        async let up: Void = Self.send(sent, bridging.input)
        async let down: Void = Self.send(sent, bridging.server)
        async let arrived = Self.read(bridging.server, size)
        let answered = try await Self.read(bridging.output, size)
        #expect(answered == sent)
        #expect(try await arrived == sent)
        _ = try await (up, down)
        bridging.input.withLock { $0 = nil }
        bridging.server.withLock { $0 = nil }
        await bridging.ended.reaches(1)
    }

    private static func send(_ bytes: [UInt8], _ descriptor: Locked<SharedDescriptor?>) async throws {
        guard let descriptor = descriptor.withLock({ $0 }) else { throw PeerError.closed }
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let count = try await StreamEnd(descriptor).writeSome(rest) else { throw PeerError.closed }
            rest = rest.dropFirst(count)
        }
    }

    @Test("A client and a server that speak through it do not notice it") func endToEnd() async throws {
        let listening = try Listening()
        let socket = try UnixSocket.connect(to: listening.path)
        var requests = try Descriptor.pipe()
        var answers = try Descriptor.pipe()
        let (reading, writing) = (requests.takeFirst().shared(), answers.takeSecond().shared())
        let client = MCPClient(
            LineChannel(input: answers.takeFirst().shared(), output: requests.takeSecond().shared()),
            as: Implementation(name: "client", version: "1"))
        let ended = Counter()
        onThread {
            var bridge = MCPBridge(
                input: BorrowedDescriptor(reading.raw), output: BorrowedDescriptor(writing.raw), socket: socket)
            do { try bridge.run() } catch { Issue.record(error) }
            withExtendedLifetime((reading, writing)) {}
            ended.increment()
        }
        try await client.discover()
        for number: Int64 in 1...100 {
            #expect(try await client.call("echo", ["n": .integer(number)]).structuredContent == ["n": .integer(number)])
        }
        await client.close()
        try await listening.stop()
        await ended.reaches(1)
    }
}

/// Runs what blocks, as the bridge does in a process of its own.
private func onThread(_ body: @escaping @Sendable () -> Void) {
    final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    pthread_create(
        &thread, nil,
        { argument in
            guard let argument else { return nil }
            Unmanaged<Box>.fromOpaque(argument).takeRetainedValue().body()
            return nil
        }, Unmanaged.passRetained(Box(body)).toOpaque())
    pthread_detach(thread)
}
