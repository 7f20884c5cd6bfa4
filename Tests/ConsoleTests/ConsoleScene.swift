import Glibc
import Ledger
import LinuxIO
import Store
import StrictJSON
import TestSupport

@testable import Console

/// A real console on the loopback, over a home of its own.
final class ConsoleScene: Sendable {
    let folder: TemporaryFolder
    let home: Home
    let server: ConsoleServer
    let port: Int
    private let serving: Task<Void, any Error>

    init(_ fill: (Home) async throws -> Void = { _ in }) async throws {
        folder = try TemporaryFolder()
        home = try Home(folder("home"))
        try await fill(home)
        let server = ConsoleServer(ConsoleServer.Options(), home: home) { _ in }
        self.server = server
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        serving = Task {
            defer { continuation.finish() }
            try await server.run { continuation.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw TestSupportError("the console does not listen") }
        self.port = port
    }

    deinit { serving.cancel() }

    var authority: String { "localhost:\(port)" }
    var origin: String { "http://" + authority }

    /// The path of a new link, with its token.
    func linkPath() throws -> String {
        guard let link = server.newLink(), link.hasPrefix(origin) else { throw TestSupportError("there is no link") }
        return String(link.dropFirst(origin.count))
    }

    /// A cookie of a new session, as a browser sends it.
    func cookie() async throws -> String {
        let answer = try await get(try linkPath())
        guard answer.status == 303, let field = answer.field("Set-Cookie"),
            let cookie = field.split(separator: ";").first
        else { throw TestSupportError("the link gives no cookie: \(answer.head)") }
        return String(cookie)
    }

    func get(_ path: String, cookie: String? = nil, _ fields: [String] = []) async throws -> RawHTTP {
        try await send("GET", path, cookie: cookie, fields)
    }

    /// - Parameters:
    ///   - host: In place of ours.
    func send(
        _ method: String, _ path: String, cookie: String? = nil, _ fields: [String] = [], host: String? = nil,
        body: String = "", address: String = "127.0.0.1", until: String? = nil
    ) async throws -> RawHTTP {
        var lines = ["\(method) \(path) HTTP/1.1", "Host: \(host ?? authority)", "Connection: close"]
        if let cookie { lines.append("Cookie: \(cookie)") }
        if method == "POST" { lines.append("Content-Length: \(body.utf8.count)") }
        lines += fields
        return try await RawHTTP.send(
            lines.joined(separator: "\r\n") + "\r\n\r\n" + body, to: port, address: address, until: until)
    }

    /// The header fields that a browser sends with a form of our own pages.
    var formFields: [String] {
        ["Origin: \(origin)", "Sec-Fetch-Site: same-origin", "Content-Type: application/x-www-form-urlencoded"]
    }

    /// The token of a session's forms, from one of its pages.
    func token(_ cookie: String) async throws -> String {
        let page = try await get("/ledger", cookie: cookie)
        let mark = "name=\"token\" value=\""
        guard let start = page.body.firstRange(of: mark)?.upperBound else { throw TestSupportError("no token") }
        return String(page.body[start...].prefix { $0 != "\"" })
    }

    /// How many refusals of each kind are on record.
    func refusalsOnRecord() async throws -> [String: Int64] {
        await server.finish()
        var counts: [String: Int64] = [:]
        var reader = try LedgerReader(directory: home.ledger)
        while let record = try reader.next() {
            let json = try record.json()
            guard json["kind"]?.stringValue == ConsoleRefusedEntry.kind else { continue }
            for (kind, count) in try ConsoleRefusedEntry(json).counts { counts[kind, default: 0] += count }
        }
        return counts
    }
}
