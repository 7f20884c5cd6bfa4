import MCP
import Testing

@testable import HTTPEdge

@Suite("A request that is not for this server, or not from its client, is refused by its head")
struct RequestGateTests {
    private static let token = "0123456789abcdef0123456789abcdef"
    private static let good: [(String, String)] = [
        ("Host", "127.0.0.1:8931"), ("Authorization", "Bearer \(token)"), ("Content-Type", "application/json"),
        ("Accept", "application/json, text/event-stream"),
    ]

    private func check(
        _ changes: [(String, String?)] = [], method: String = "POST", target: String = "/mcp", token: Bool = true
    ) -> Int {
        var fields = Self.good
        for (name, value) in changes {
            fields.removeAll { $0.0 == name }
            if let value { fields.append((name, value)) }
        }
        let settings = EdgeSettings(
            socket: "/none", hosts: MCPHTTP.loopbackHosts(port: 8931),
            token: token ? BearerToken.Digest(of: Self.token) : nil)
        do {
            try RequestGate(settings).check(RequestHead(method: method, target: target, fields: fields))
            return 200
        } catch {
            return error.status
        }
    }

    @Test("the one that is meant passes")
    func passes() {
        #expect(check() == 200)
        for host in ["localhost:8931", "LocalHost:8931", "[::1]:8931"] { #expect(check([("Host", host)]) == 200) }
        #expect(check([("Origin", "http://localhost:8931")]) == 200)
        #expect(check([("Accept", "*/*")]) == 200)
        #expect(check([("Accept", "text/*;q=0.5, application/*")]) == 200)
        #expect(check([("Content-Type", "application/json; charset=utf-8")]) == 200)
        #expect(check([("Authorization", "bearer \(Self.token)")]) == 200)
        #expect(check([("Authorization", nil)], token: false) == 200)
        #expect(check(method: "DELETE", target: "/mcp?x=1") == 200)
    }

    @Test(
        "anything else does not",
        arguments: [
            ("Host", "evil.example", 403), ("Host", "127.0.0.1", 403), ("Host", "127.0.0.1:80", 403),
            ("Host", "127.0.0.1:8931.evil.example", 403), ("Host", nil, 403),
            ("Origin", "https://evil.example", 403), ("Origin", "null", 403), ("Origin", "http://localhost:3000", 403),
            ("Origin", "http://127.0.0.1:8931.evil.example", 403), ("Origin", "file://", 403), ("Origin", "", 403),
            ("Authorization", nil, 401), ("Authorization", "Bearer", 401), ("Authorization", "Bearer wrong", 401),
            ("Authorization", "Basic \(token)", 401), ("Authorization", token, 401),
            ("Authorization", "Bearer \(token) x", 401),
            ("Content-Type", nil, 415), ("Content-Type", "text/plain", 415),
            ("Content-Type", "application/x-www-form-urlencoded", 415), ("Content-Type", "application/json2", 415),
            ("Content-Encoding", "gzip", 415), ("Accept", nil, 406), ("Accept", "application/json", 406),
            ("Accept", "text/event-stream", 406), ("Content-Length", "4194305", 413), ("Content-Length", "x", 400),
            ("Content-Length", "-1", 400),
        ] as [(String, String?, Int)])
    func refuses(name: String, value: String?, status: Int) {
        #expect(check([(name, value)]) == status)
    }

    @Test("methods and paths that are not served")
    func others() {
        #expect(check(method: "GET") == 405 && check(method: "PUT") == 405 && check(method: "OPTIONS") == 405)
        #expect(check(target: "/") == 404 && check(target: "/mcp/") == 404 && check(target: "http://x/mcp") == 404)
    }

    @Test("a field that is there twice is one too many")
    func twice() {
        let settings = EdgeSettings(socket: "/none", hosts: ["127.0.0.1:8931"], token: nil)
        let fields = Self.good + [("host", "evil.example")]
        #expect(throws: EdgeRefusal.self) {
            try RequestGate(settings).check(RequestHead(method: "POST", target: "/mcp", fields: fields))
        }
    }

    @Test("of a token only its digest is known, and that survives the way to the process")
    func digests() throws {
        let digest = BearerToken.Digest(of: "secret")
        let again = try #require(BearerToken.Digest(hexadecimal: digest.hexadecimal))
        #expect(again.matches("secret") && !again.matches("Secret") && !again.matches(""))
        #expect(BearerToken.Digest(hexadecimal: "") == nil)
        #expect(BearerToken.Digest(hexadecimal: String(repeating: "g", count: 64)) == nil)
    }
}
