import Glibc
import LinuxIO
import MCP
import StrictJSON

/// One connection of mutated lines with a whole server.
enum ConnectionCheck {
    /// A call may take a while, unless it is cancelled. Not for ever: a client whose requests fill every place and every
    /// seat in the waiting room, and that cannot be heard cancelling them therefore, has to wait for one to end.
    struct Provider: ToolProvider {
        func tools() async -> [MCPTool] { [MCPTool(name: "echo", inputSchema: ["type": "object"])] }

        func call(
            _ name: String, arguments: JSON, context: MCPCallContext
        ) async throws(MCPError) -> MCPToolResult {
            context.progress.report(1, of: 2, name)
            if name == "wait" { await Reactor.shared.sleep(until: .now + .milliseconds(50)) }
            if name == "deny" { return .denied("no", reason: arguments) }
            return .structured(arguments)
        }
    }

    static func run(_ mutator: inout Mutator) async {
        guard var pair = try? Descriptor.socketPair(.stream) else { return }
        let far = pair.takeSecond().shared()
        var settings = MCPServerSettings(info: Implementation(name: "fuzzed", version: "1"))
        settings.limits.running = 1 + mutator.next(below: 8)
        settings.limits.waiting = 1 + mutator.next(below: 32)
        settings.limits.messageBytes = 4096
        settings.limits.drain = .milliseconds(mutator.next(below: 5))
        let server = MCPServer(Provider(), settings)
        let serving = start(server, pair.takeFirst())

        var lines: [[UInt8]] = []
        for _ in 0..<(1 + mutator.next(below: 60)) { lines.append(mutator.message()) }
        let stream = Array(lines.joined(separator: [0x0a])) + [0x0a]
        let hangsUp = mutator.next(below: 4) == 0
        let chunk = 1 + mutator.next(below: 700)
        let watch = Task {
            guard await Reactor.shared.sleep(until: .now + .seconds(30)) == .deadlinePassed else { return }
            MCPFuzzer.fail("the connection does not end", stream)
        }
        let answers = await exchange(stream, chunk, hangsUp, far)
        _ = await serving.value
        watch.cancel()
        check(answers, asked: identifiers(stream), stream)
    }

    /// The server alone holds its end, so that it closes when it is done.
    private static func start(
        _ server: MCPServer, _ socket: consuming Descriptor
    ) -> Task<MCPConnectionEnd, Never> {
        let channel = LineChannel(socket: socket.shared())
        return Task { await server.serve(channel) }
    }

    /// Sends in pieces, closes, and returns everything that came back.
    private static func exchange(
        _ stream: [UInt8], _ chunk: Int, _ hangsUp: Bool, _ far: SharedDescriptor
    ) async -> [UInt8] {
        async let received = readAll(far)
        var rest = stream[...]
        while !rest.isEmpty {
            let piece = Array(rest.prefix(chunk))
            guard (try? await Reactor.shared.waitWritable(far)) == .ready, (try? far.writeAll(piece)) != nil else {
                break
            }
            rest = rest.dropFirst(piece.count)
        }
        shutdown(far.raw, Int32(hangsUp ? SHUT_RDWR : SHUT_WR))
        return await received
    }

    private static func readAll(_ descriptor: SharedDescriptor) async -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while (try? await Reactor.shared.waitReadable(descriptor)) == .ready {
            let count = buffer.withUnsafeMutableBytes { recv(descriptor.raw, $0.baseAddress, $0.count, 0) }
            if count <= 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// The identifiers that the server may answer, and how often: once for each message that has it.
    private static func identifiers(_ stream: [UInt8]) -> [RPCID: Int] {
        var counts: [RPCID: Int] = [:]
        func count(_ incoming: Incoming) {
            switch incoming {
            case .message(.request(let request)): counts[request.id, default: 0] += 1
            case .malformed(let malformed): malformed.id.map { counts[$0, default: 0] += 1 }
            case .batch(let messages): messages.forEach(count)
            default: break
            }
        }
        var limits = MCPLimits()
        limits.messageBytes = 4096
        let codec = MessageCodec(limits)
        for line in stream.split(separator: 0x0a) { count(codec.decode(Array(line))) }
        return counts
    }

    private static func check(_ answers: [UInt8], asked: [RPCID: Int], _ stream: [UInt8]) {
        let codec = MessageCodec()
        var asked = asked
        var lines = answers.split(separator: 0x0a)
        // A client that hangs up may miss the end of a line.
        if answers.last != 0x0a { _ = lines.popLast() }
        for line in lines {
            switch codec.decode(Array(line)) {
            case .message(.result(let id, _)), .message(.failure(let id?, _)):
                asked[id, default: 0] -= 1
                if asked[id, default: 0] < 0 { MCPFuzzer.fail("an answer too many: \(id)", stream) }
            case .message(.failure(nil, _)): break
            case .message(.notification(let notification)):
                let known = ["notifications/progress", "notifications/subscriptions/acknowledged"]
                if !known.contains(notification.method) { MCPFuzzer.fail("a \(notification.method)", stream) }
            default: MCPFuzzer.fail("the server wrote \(String(decoding: line, as: UTF8.self))", stream)
            }
        }
    }
}
