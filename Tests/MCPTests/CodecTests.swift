import StrictJSON
import Testing

@testable import MCP

@Suite("What is no message is refused with the right number")
struct CodecTests {
    struct Refusal: CustomTestStringConvertible, Sendable {
        let text: String
        let code: Int64
        var id: RPCID?
        var testDescription: String { text }

        init(_ text: String, _ code: Int64, id: RPCID? = nil) {
            self.text = text
            self.code = code
            self.id = id
        }
    }

    @Test(
        "Malformed messages",
        arguments: [
            Refusal("{", -32700), Refusal("", -32700), Refusal("nul", -32700), Refusal("{\"a\":1,}", -32700),
            Refusal("{} {}", -32700), Refusal("{\"jsonrpc\":\"2.0\",\"jsonrpc\":\"2.0\",\"method\":\"a\"}", -32700),
            Refusal("\u{feff}{}", -32700), Refusal("{\"jsonrpc\":\"2.0\",\"method\":\"\\ud800\"}", -32700),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":1e999,\"method\":\"a\"}", -32700),
            Refusal("null", -32600), Refusal("1", -32600), Refusal("\"ping\"", -32600), Refusal("[]", -32600),
            Refusal("{}", -32600), Refusal("{\"id\":1,\"method\":\"ping\"}", -32600, id: .integer(1)),
            Refusal("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}", -32600, id: .integer(1)),
            Refusal("{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}", -32600, id: .integer(1)),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}", -32600),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":1.5,\"method\":\"ping\"}", -32600),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":true,\"method\":\"ping\"}", -32600),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}", -32600),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":18446744073709551616,\"method\":\"ping\"}", -32600),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":\"a\"}", -32600, id: .string("a")),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":7}", -32600, id: .integer(2)),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":null}", -32600, id: .integer(2)),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"a\",\"result\":{}}", -32600, id: .integer(2)),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"a\",\"params\":[]}", -32602, id: .integer(2)),
            Refusal("{\"jsonrpc\":\"2.0\",\"id\":2,\"method\":\"a\",\"params\":null}", -32602, id: .integer(2)),
        ])
    func malformed(_ refusal: Refusal) {
        guard case .malformed(let message) = MessageCodec().decode(Array(refusal.text.utf8)) else {
            Issue.record("taken: \(refusal.text)")
            return
        }
        #expect(message.failure.code == refusal.code)
        #expect(message.id == refusal.id)
        #expect(!message.isResponse)
    }

    @Test("Invalid UTF-8 is a parse error") func invalidUTF8() {
        let bytes = Array("{\"jsonrpc\":\"2.0\",\"method\":\"".utf8) + [0xff, 0xfe] + Array("\"}".utf8)
        guard case .malformed(let message) = MessageCodec().decode(bytes) else {
            Issue.record("taken")
            return
        }
        #expect(message.failure.code == -32700)
        #expect(RPCMessage.failure(message.id, message.failure).json["id"] == .null)
    }

    @Test("Nesting is bounded, and just below the bound it passes") func depth() {
        func nested(_ depth: Int) -> [UInt8] {
            let value = String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
            return Array("{\"jsonrpc\":\"2.0\",\"method\":\"a\",\"params\":{\"v\":\(value)}}".utf8)
        }
        let limit = MCPLimits().messageDepth
        guard case .message = MessageCodec().decode(nested(limit - 2)) else {
            Issue.record("\(limit - 2) levels are too deep")
            return
        }
        guard case .malformed(let message) = MessageCodec().decode(nested(limit - 1)) else {
            Issue.record("taken")
            return
        }
        #expect(message.failure.code == -32700)
        guard case .malformed = MessageCodec().decode(nested(1_000_000)) else {
            Issue.record("taken")
            return
        }
    }

    @Test(
        "Broken answers are known as answers, so that nobody answers them",
        arguments: [
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":7}", "{\"jsonrpc\":\"2.0\",\"result\":{}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":\"no\"}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1}}",
            "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{},\"error\":{\"code\":1,\"message\":\"x\"}}",
            "{\"id\":1,\"result\":{}}",
        ])
    func responses(_ text: String) {
        guard case .malformed(let message) = MessageCodec().decode(Array(text.utf8)) else {
            Issue.record("taken")
            return
        }
        #expect(message.isResponse)
    }

    @Test(
        "Good messages are read as what they are",
        arguments: [
            ("{\"jsonrpc\":\"2.0\",\"id\":-9223372036854775808,\"method\":\"m\"}", "request"),
            ("{\"jsonrpc\":\"2.0\",\"id\":\"\",\"method\":\"\"}", "request"),
            ("{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{}}", "notification"),
            ("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}", "result"),
            ("{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":1,\"message\":\"x\"}}", "failure"),
            ("{\"jsonrpc\":\"2.0\",\"error\":{\"code\":1,\"message\":\"x\"}}", "failure"),
            (" \t{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"m\",\"extra\":1}\r", "request"),
        ])
    func good(_ text: String, _ kind: String) {
        let read: String =
            switch MessageCodec().decode(Array(text.utf8)) {
            case .message(.request): "request"
            case .message(.notification): "notification"
            case .message(.result): "result"
            case .message(.failure): "failure"
            case .batch: "batch"
            case .malformed(let message): message.failure.message
            }
        #expect(read == kind)
    }

    @Test("Batches keep their elements, the broken ones too, up to a limit") func batches() {
        let element = "{\"jsonrpc\":\"2.0\",\"method\":\"m\"}"
        guard case .batch(let messages) = MessageCodec().decode(Array("[\(element),7,[]]".utf8)) else {
            Issue.record("no batch")
            return
        }
        #expect(messages.count == 3)
        let many = "[" + Array(repeating: element, count: 257).joined(separator: ",") + "]"
        guard case .malformed(let message) = MessageCodec().decode(Array(many.utf8)) else {
            Issue.record("taken")
            return
        }
        #expect(message.failure.code == -32600)
    }

    @Test(
        "Progress that is no number is refused, and numbers stay as they were written",
        arguments: [("\"x\"", false), ("null", false), ("true", false), ("[]", false), ("50", true), ("0.5", true)])
    func progress(_ progress: String, _ isNumber: Bool) throws {
        let json = try JSON(parsing: "{\"progressToken\":1,\"progress\":\(progress),\"total\":\(progress)}")
        #expect((try? ProgressParams(wire: json).wire) == (isNumber ? .some(json) : .none))
    }

    @Test("A message of very many small values is refused before it is parsed; their text in a string is not")
    func values() async throws {
        let many = String(repeating: "[0],", count: 200_000)
        let inside = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"v\":[\(many)0]}}"
        guard case .malformed(let message) = MessageCodec().decode(Array(inside.utf8)) else {
            Issue.record("taken")
            return
        }
        #expect(message.failure.code == -32600)
        let text = "{\"jsonrpc\":\"2.0\",\"method\":\"m\",\"params\":{\"v\":\"\\\"\\\\\(many)\"}}"
        guard case .message = MessageCodec().decode(Array(text.utf8)) else {
            Issue.record("refused")
            return
        }
        #expect(Weight(of: Array(text.utf8)).values < 10)
    }

    @Test("A message weighs at least as much as its values", arguments: Example.all)
    func weight(_ example: Example) {
        func count(_ json: JSON) -> Int {
            switch json {
            case .array(let elements): 1 + elements.map(count).reduce(0, +)
            case .object(let members): 1 + members.map { count($0.value) }.reduce(0, +)
            default: 1
            }
        }
        #expect(Weight(of: example.json.encoded()).values >= count(example.json))
    }

    @Test("An identifier is an integer or a string of bounded length", arguments: [4096, 4097])
    func longIdentifier(_ count: Int) {
        let id = JSON.string(String(repeating: "x", count: count))
        #expect((RPCID(id) != nil) == (count == 4096))
    }
}
