import MCP
import StrictJSON
import Testing

@testable import HTTPEdge

@Suite("Fields that repeat the body are true")
struct MirroredHeadersTests {
    private static let meta: JSON = ["io.modelcontextprotocol/protocolVersion": "2026-07-28"]

    private func check(_ fields: [(String, String)], _ method: String = "tools/call", name: JSON = "fs.read") -> Int64?
    {
        let request = RPCRequest(
            id: .integer(1), method: method, params: ["name": name, "uri": "file:///a", "_meta": Self.meta])
        do {
            try MirroredHeaders.check(RequestHead(method: "POST", target: "/mcp", fields: fields), request)
            return nil
        } catch {
            return error.failure.code
        }
    }

    private static let version = ("MCP-Protocol-Version", "2026-07-28")

    @Test("a call, a resource and a list, as the specification has them")
    func passes() {
        #expect(check([Self.version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "fs.read")]) == nil)
        #expect(check([Self.version, ("mcp-method", "tools/call"), ("MCP-NAME", " fs.read ")]) == nil)
        #expect(
            check([Self.version, ("Mcp-Method", "resources/read"), ("Mcp-Name", "file:///a")], "resources/read") == nil)
        #expect(check([Self.version, ("Mcp-Method", "tools/list")], "tools/list") == nil)
        #expect(
            check([Self.version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?ZnMucmVhZA==?=")]) == nil)
        #expect(
            check(
                [Self.version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?SGVsbG8sIOS4lueVjA==?=")],
                name: "Hello, 世界")
                == nil)
    }

    @Test(
        "what is missing, differs, or is not well-formed is -32020",
        arguments: [
            [("Mcp-Method", "tools/call"), ("Mcp-Name", "fs.read")],
            [("MCP-Protocol-Version", "2025-11-25"), ("Mcp-Method", "tools/call"), ("Mcp-Name", "fs.read")],
            [version, ("Mcp-Name", "fs.read")], [version, ("Mcp-Method", "tools/list"), ("Mcp-Name", "fs.read")],
            [version, ("Mcp-Method", "Tools/Call"), ("Mcp-Name", "fs.read")], [version, ("Mcp-Method", "tools/call")],
            [version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "fs.write")],
            [version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?ZnMud3JpdGU=?=")],
            [version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?ZnMucmVhZA=?=")],
            [version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "=?base64?fs.read?=")],
            [version, ("Mcp-Method", "tools/call"), ("Mcp-Name", "fs.read\u{e9}")],
        ])
    func refuses(fields: [(String, String)]) {
        #expect(check(fields) == -32020)
    }

    @Test(
        "base64, strictly",
        arguments: [("", []), ("YQ==", [0x61]), ("YWI=", [0x61, 0x62]), ("YWJj", [0x61, 0x62, 0x63])]
            as [(String, [UInt8])])
    func base64(text: String, bytes: [UInt8]) { #expect(Base64.decode(text[...]) == bytes) }

    @Test(
        "and nothing that stands for the same",
        arguments: ["YQ", "YQ=", "YR==", "YWJ=", "Y Q=", "====", "YQ==YQ==", "_-__"])
    func notBase64(text: String) { #expect(Base64.decode(text[...]) == nil) }
}
