import Glibc
import LinuxIO
import MCP
import StrictJSON

/// # MCPFuzzer
///
/// Feeds mutated messages to the codec and to a whole server, until the time is over or something is wrong:
///
///     MCPFuzzer [seconds] [seed] [folder of examples]
///
/// Wrong is a crash, a message that does not survive decoding and encoding, a line of the server that is no message, an
/// answer to a request that was not asked or two answers to one, and a connection that does not end. The seed is
/// printed, so that a finding can be repeated.
@main
struct MCPFuzzer {
    static func main() async throws {
        signal(SIGPIPE, SIG_IGN)
        let arguments = CommandLine.arguments.dropFirst().map { $0 }
        let seconds = arguments.first.flatMap(Int.init) ?? 60
        let seed = arguments.dropFirst().first.flatMap(UInt64.init) ?? UInt64.random(in: 1...UInt64.max)
        print("fuzzing for \(seconds) s with seed \(seed)")
        // The seed must be seen even if what follows is a crash.
        fflush(nil)
        var mutator = Mutator(seed: seed, corpus: Corpus.load(arguments.dropFirst(2).first))
        let end = ContinuousClock.now + .seconds(seconds)
        var (messages, connections) = (0, 0)
        while ContinuousClock.now < end {
            for _ in 0..<500 {
                CodecCheck.run(mutator.message())
                messages += 1
            }
            await ConnectionCheck.run(&mutator)
            connections += 1
        }
        print("\(messages) messages and \(connections) connections, nothing wrong")
    }

    /// Stops with what went wrong and the input that did it.
    static func fail(_ what: String, _ input: [UInt8]) -> Never {
        print("WRONG: \(what)")
        print(String(decoding: input, as: UTF8.self))
        exit(1)
    }
}

/// A message is refused, or is the same after encoding and decoding.
enum CodecCheck {
    static func run(_ bytes: [UInt8]) {
        let codec = MessageCodec()
        check(codec.decode(bytes), codec, bytes)
    }

    private static func check(_ incoming: Incoming, _ codec: MessageCodec, _ bytes: [UInt8]) {
        switch incoming {
        case .malformed(let malformed):
            let codes: [Int64] = [-32700, -32600, -32602]
            if !codes.contains(malformed.failure.code) { MCPFuzzer.fail("code \(malformed.failure.code)", bytes) }
        case .batch(let messages):
            for message in messages { check(message, codec, bytes) }
        case .message(let message):
            let line = codec.encode(message)
            if line.contains(0x0a) { MCPFuzzer.fail("a newline in a line", bytes) }
            if codec.decode(line) != incoming { MCPFuzzer.fail("not the same after encoding", bytes) }
            types(message)
        }
    }

    /// The parts must be readable or refused, never more.
    private static func types(_ message: RPCMessage) {
        let part: JSONObject? =
            switch message {
            case .request(let request): request.params
            case .notification(let notification): notification.params
            case .result(_, let result): result
            case .failure: nil
            }
        guard let part else { return }
        lossless(MCPTool.self, part)
        lossless(MCPToolResult.self, part)
        lossless(CallToolParams.self, part)
        lossless(ListToolsResult.self, part)
        lossless(ProgressParams.self, part)
        lossless(CancelledParams.self, part)
        lossless(InitializeParams.self, part)
        if let meta = part["_meta"]?.objectValue { lossless(RequestMeta.self, meta) }
    }

    private static func lossless<Value: WireValue>(_ type: Value.Type, _ members: JSONObject) {
        guard let value = try? Value(wire: members) else { return }
        if value.wire != .object(members) { MCPFuzzer.fail("\(type) loses something", members.encoded()) }
    }
}
