import StrictJSON
import Testing

@testable import MCP

/// An example of the published 2026-07-28 schema.
struct Example: CustomTestStringConvertible, Sendable {
    let type: String
    let name: String
    let json: JSON

    var testDescription: String { "\(type)/\(name)" }

    static let folder = "mcp/schema/2026-07-28/examples"

    static let all: [Example] = SuiteFiles.names(in: folder).flatMap { type in
        SuiteFiles.names(in: "\(folder)/\(type)").compactMap { name in
            let json = try? JSON(parsing: SuiteFiles.bytes("\(folder)/\(type)/\(name)"))
            return json.map { Example(type: type, name: name, json: $0) }
        }
    }
}

@Suite("The published example messages pass through the codec unchanged")
struct ExampleMessageTests {
    @Test("All 129 are there") func count() {
        guard !Example.all.isEmpty else { return print("skipped: no suites at \(SuiteFiles.root)") }
        #expect(Example.all.count == 129)
    }

    @Test("Every example survives the wire", arguments: Example.all)
    func wire(_ example: Example) throws {
        // A whole message goes as it is; a part of one goes where such a part belongs.
        let isMessage = example.json["jsonrpc"] != nil
        let message: JSON =
            isMessage
            ? example.json : ["jsonrpc": "2.0", "id": 1, "method": "example", "params": ["value": example.json]]
        let codec = MessageCodec()
        let decoded = codec.decode(message.encoded())
        guard case .message(let content) = decoded else {
            Issue.record("\(decoded)")
            return
        }
        let line = codec.encode(content)
        #expect(!line.contains(0x0a))
        #expect(try JSON(parsing: line) == message)
    }

    @Test("Every type that a server of tools handles reads and writes its examples unchanged", arguments: Example.all)
    func typed(_ example: Example) throws {
        guard let type = Self.types[example.type] else { return }
        #expect(try type.roundTrip(example.json) == example.json)
    }

    @Test("Requests and results carry the types inside of them unchanged", arguments: Example.all)
    func nested(_ example: Example) throws {
        for (type, member) in [
            ("CallToolRequest", "params"), ("CallToolResultResponse", "result"), ("ListToolsResultResponse", "result"),
            ("DiscoverResultResponse", "result"), ("CancelledNotification", "params"),
            ("ProgressNotification", "params"), ("UnsupportedProtocolVersionError", "error"),
            ("MissingRequiredClientCapabilityError", "error"), ("HeaderMismatchError", "error"),
        ] where type == example.type {
            let part = try #require(example.json[member])
            #expect(try #require(Self.types["\(type).\(member)"]).roundTrip(part) == part)
        }
        if example.type.hasSuffix("Request"), let meta = example.json["params"]?["_meta"] {
            #expect(try RequestMeta(wire: meta).wire == meta)
        }
    }

    struct Trip: Sendable {
        let roundTrip: @Sendable (JSON) throws -> JSON

        init<Value: WireValue & SendableMetatype>(_ type: Value.Type) {
            roundTrip = { json in try Value(wire: json).wire }
        }
    }

    static let types: [String: Trip] = [
        "Tool": Trip(MCPTool.self), "CallToolResult": Trip(MCPToolResult.self),
        "CallToolRequestParams": Trip(CallToolParams.self), "ListToolsResult": Trip(ListToolsResult.self),
        "DiscoverResult": Trip(DiscoverResult.self), "TextContent": Trip(MCPContent.self),
        "ImageContent": Trip(MCPContent.self), "AudioContent": Trip(MCPContent.self),
        "EmbeddedResource": Trip(MCPContent.self), "ResourceLink": Trip(MCPContent.self),
        "ProgressNotificationParams": Trip(ProgressParams.self),
        "CancelledNotificationParams": Trip(CancelledParams.self), "ParseError": Trip(RPCFailure.self),
        "InternalError": Trip(RPCFailure.self), "InvalidParamsError": Trip(RPCFailure.self),
        "MethodNotFoundError": Trip(RPCFailure.self), "CallToolRequest.params": Trip(CallToolParams.self),
        "CallToolResultResponse.result": Trip(MCPToolResult.self),
        "ListToolsResultResponse.result": Trip(ListToolsResult.self),
        "DiscoverResultResponse.result": Trip(DiscoverResult.self),
        "CancelledNotification.params": Trip(CancelledParams.self),
        "ProgressNotification.params": Trip(ProgressParams.self),
        "UnsupportedProtocolVersionError.error": Trip(RPCFailure.self),
        "MissingRequiredClientCapabilityError.error": Trip(RPCFailure.self),
        "HeaderMismatchError.error": Trip(RPCFailure.self),
    ]
}
