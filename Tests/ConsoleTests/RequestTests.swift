import Glibc
import LinuxIO
import TestSupport
import Testing

@testable import Console

@Suite("The console answers its own pages and nobody else")
struct RequestTests {
    @Test("a page of ours, with the cookie, is answered")
    func control() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let page = try await scene.get("/", cookie: cookie, ["Sec-Fetch-Site: same-origin"])
        #expect(page.status == 200 && page.body.contains("No run is on record yet"))
        let typed = try await scene.get("/", cookie: cookie, ["Sec-Fetch-Site: none"])
        #expect(typed.status == 200)
        let other = try await scene.send("GET", "/", cookie: cookie, address: "::1")
        #expect(other.status == 200)
    }

    @Test(
        "a name that was made to lead here is refused",
        arguments: [
            "evil.example", "evil.example:PORT", "127.0.0.1:PORT", "[::1]:PORT", "localhost", "localhost:1",
            "LOCALHOST:PORT", "localhost.:PORT", "x.localhost:PORT", "localhost:PORT, evil.example", "",
            "localhost:PORT\r\nHost: evil.example",
            "evil.example\r\nHost: localhost:PORT", "user@localhost:PORT",
        ])
    func hosts(_ host: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let host = host.replacing("PORT", with: "\(scene.port)")
        let answer = try await scene.send("GET", "/", cookie: cookie, host: host)
        #expect(answer.status == 421 || answer.status == 400, "\(answer.head)")
        #expect(!answer.body.contains("No run is on record yet"))
        #expect(try await scene.get("/", cookie: cookie).status == 200)
    }

    @Test(
        "a page of another origin is refused",
        arguments: [
            "Origin: http://evil.example", "Origin: null", "Origin: http://127.0.0.1:PORT",
            "Origin: https://localhost:PORT",
            "Origin: http://localhost:1", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site",
            "Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site",
        ])
    func origins(_ field: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let field = field.replacing("PORT", with: "\(scene.port)")
        for path in ["/", "/events", "/runs"] {
            #expect(try await scene.get(path, cookie: cookie, [field]).status == 403)
        }
        // With a link that works otherwise, so that it is not used up either.
        let link = try scene.linkPath()
        #expect(try await scene.get(link, [field]).status == 403)
        #expect(try await scene.get(link).status == 303)
    }

    @Test(
        "a form that is not ours does nothing",
        arguments: [
            ["Content-Type: application/x-www-form-urlencoded"],
            ["Origin: http://evil.example", "Content-Type: application/x-www-form-urlencoded"],
            ["Origin: null", "Content-Type: application/x-www-form-urlencoded"],
            ["Origin: OURS", "Sec-Fetch-Site: cross-site", "Content-Type: application/x-www-form-urlencoded"],
            ["Origin: OURS", "Content-Type: text/plain"], ["Origin: OURS", "Content-Type: application/json"],
            ["Origin: OURS"],
            ["Origin: OURS", "Content-Type: multipart/form-data; boundary=x"],
        ])
    func forms(_ fields: [String]) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let token = try await scene.token(cookie)
        let fields = fields.map { $0.replacing("OURS", with: scene.origin) }
        let answer = try await scene.send("POST", "/leave", cookie: cookie, fields, body: "token=\(token)")
        #expect([403, 415].contains(answer.status), "\(answer.head)")
        #expect(try await scene.get("/", cookie: cookie).status == 200)
        // The same with what a browser sends for a form of ours.
        #expect(
            try await scene.send("POST", "/leave", cookie: cookie, scene.formFields, body: "token=\(token)").status
                == 200)
        #expect(try await scene.get("/", cookie: cookie).status == 401)
    }

    @Test(
        "a form without its session's token does nothing",
        arguments: ["", "token=", "token=0", "token=OTHER", "token=OURS&token=OURS", "TOKEN=OURS", "token=%ff"])
    func tokens(_ body: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let token = try await scene.token(cookie)
        let other = try await scene.token(try await scene.cookie())
        let body = body.replacing("OURS", with: token).replacing("OTHER", with: other)
        let answer = try await scene.send("POST", "/leave", cookie: cookie, scene.formFields, body: body)
        #expect([400, 403].contains(answer.status), "\(answer.head)")
        #expect(try await scene.get("/", cookie: cookie).status == 200)
    }

    @Test(
        "only GET, HEAD and POST are answered",
        arguments: ["PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT", "PROPFIND"])
    func methods(_ method: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let answer = try await scene.send(method, "/", cookie: cookie)
        #expect([400, 405].contains(answer.status), "\(answer.head)")
        let head = try await scene.send("HEAD", "/", cookie: cookie)
        #expect(head.status == 200 && head.body.isEmpty)
    }

    @Test(
        "nothing happens by GET",
        arguments: ["/leave", "/ledger/check", "/approvals/x/answer?verdict=allow", "/credentials?name=x"])
    func acting(_ path: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let token = try await scene.token(cookie)
        let separator = path.contains("?") ? "&" : "?"
        _ = try await scene.get(path + separator + "token=" + token, cookie: cookie)
        #expect(try await scene.get("/", cookie: cookie).status == 200)
    }

    @Test("without the cookie nothing of the record is shown")
    func cookies() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let name = String(cookie.prefix { $0 != "=" })
        let wrong = [
            nil, "", name + "=", name + "=0", "other=" + cookie.dropFirst(name.count + 1), cookie + "0",
            cookie.uppercased(),
            cookie + "; " + cookie, cookie + "; " + name + "=0",
        ]
        for path in ["/", "/runs", "/tools", "/profiles", "/ledger", "/review", "/approvals", "/events", "/nothing"] {
            for cookie in wrong {
                let answer = try await scene.get(path, cookie: cookie)
                #expect(answer.status == 401, "\(path) \(cookie ?? "no cookie")")
                #expect(!answer.body.contains(scene.home.path))
            }
        }
        #expect(try await scene.get("/ledger", cookie: "a=b; " + cookie + "; c=d").status == 200)
    }

    @Test("a link that was used is refused")
    func links() async throws {
        let scene = try await ConsoleScene()
        let link = try scene.linkPath()
        let first = try await scene.get(link)
        #expect(first.status == 303 && first.field("Location") == "/")
        let cookie = try #require(first.field("Set-Cookie"))
        #expect(cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Domain"))
        let second = try await scene.get(link)
        #expect(second.status == 403 && second.field("Set-Cookie") == nil)
        for path in ["/open", "/open?token=", "/open?token=0"] { #expect(try await scene.get(path).status == 403) }
    }

    @Test(
        "no path leads to a file",
        arguments: [
            "/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/assets/../../etc/passwd",
            "/assets/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
            "/assets/..%2fconsole.css", "//etc/passwd", "/runs/..%2f..%2f..%2fetc/changes", "/ledger/..%2flog",
            "/tools/..%2f..%2fetc",
            "/assets/console.css%00.txt", "/assets/", "/assets/log",
        ])
    func traversal(_ path: String) async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let answer = try await scene.get(path, cookie: cookie)
        #expect([400, 404].contains(answer.status), "\(path): \(answer.head)")
        #expect(!answer.body.contains("root:"))
        #expect(try await scene.get("/assets/console.css").status == 200)
    }

    @Test("what is too large is refused")
    func sizes() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let token = try await scene.token(cookie)
        let target = try await scene.get("/?find=" + String(repeating: "a", count: 8000), cookie: cookie)
        #expect(target.status == 413)
        let field = try await scene.get("/", cookie: cookie, ["X-A: " + String(repeating: "a", count: 20_000)])
        #expect(field.status == 400 || field.status == 0)
        let many = try await scene.get("/", cookie: cookie, (0..<200).map { "X-\($0): a" })
        #expect(many.status == 400 || many.status == 0)
        let body = "token=\(token)&reason=" + String(repeating: "a", count: 200_000)
        let form = try await scene.send("POST", "/ledger/check", cookie: cookie, scene.formFields, body: body)
        #expect(form.status == 413)
        // In pieces whose size nobody told before.
        let chunk = "10000\r\n" + String(repeating: "a", count: 65_536) + "\r\n"
        let chunked = try await RawHTTP.send(
            "POST /ledger/check HTTP/1.1\r\nHost: \(scene.authority)\r\nConnection: close\r\nCookie: \(cookie)\r\n"
                + scene.formFields.joined(separator: "\r\n") + "\r\nTransfer-Encoding: chunked\r\n\r\n"
                + String(repeating: chunk, count: 3) + "0\r\n\r\n", to: scene.port)
        #expect(chunked.status == 413)
        let small = try await scene.send(
            "POST", "/ledger/check", cookie: cookie, scene.formFields, body: "token=\(token)")
        #expect(small.status == 303)
    }

    @Test("every answer tells the browser to load nothing from elsewhere and to keep nothing")
    func headers() async throws {
        let scene = try await ConsoleScene()
        let cookie = try await scene.cookie()
        let answers = [
            try await scene.get("/", cookie: cookie), try await scene.get("/"),
            try await scene.get("/nothing", cookie: cookie),
            try await scene.get("/assets/console.js"), try await scene.send("GET", "/", host: "evil.example"),
            try await scene.get(try scene.linkPath()),
        ]
        for answer in answers {
            let policy = try #require(answer.field("Content-Security-Policy"))
            #expect(policy.hasPrefix("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
            #expect(!policy.contains("unsafe") && !policy.contains("http"))
            #expect(answer.field("X-Content-Type-Options") == "nosniff")
            #expect(answer.field("Cache-Control") == "no-store")
            #expect(answer.field("Referrer-Policy") == "same-origin")
            #expect(answer.field("X-Frame-Options") == "DENY")
            #expect(answer.field("Access-Control-Allow-Origin") == nil)
        }
    }

    @Test("refused requests are on record, and a flood of them is a few entries")
    func recorded() async throws {
        let scene = try await ConsoleScene()
        for _ in 0..<50 { _ = try await scene.send("GET", "/", host: "evil.example") }
        _ = try await scene.get("/")
        _ = try await scene.get("/open?token=0")
        let counts = try await scene.refusalsOnRecord()
        #expect(counts["host"] == 50 && counts["session"] == 1 && counts["link"] == 1)
        var reader = try LedgerReaderCount(scene.home.ledger)
        #expect(try reader.count() <= 4)
    }

    @Test("it listens on the loopback only")
    func listening() async throws {
        let scene = try await ConsoleScene()
        let port = String(scene.port, radix: 16, uppercase: true)
        let padded = String(repeating: "0", count: 4 - port.count) + port
        var addresses: Set<String> = []
        for table in ["/proc/net/tcp", "/proc/net/tcp6"] {
            for line in (File.text(of: table) ?? "").split(separator: "\n") {
                let fields = line.split(separator: " ")
                if fields.count > 3, fields[1].hasSuffix(":" + padded), fields[3] == "0A" {
                    addresses.insert(String(fields[1].dropLast(5)))
                }
            }
        }
        #expect(
            addresses.isSubset(of: ["0100007F", "00000000000000000000000001000000"]) && addresses.contains("0100007F"))
    }

    @Test("another user of the machine is hung up on", .enabled(if: geteuid() == 0))
    func peers() async throws {
        let scene = try await ConsoleScene()
        let link = scene.origin + (try scene.linkPath())
        func curl(_ prefix: [String], _ version: String) async -> Command.Result {
            await BlockingPool.shared.run {
                Command.run(prefix + ["/usr/bin/curl", version, "-s", "-o", "/dev/null", "-w", "%{http_code}", link])
            }
        }
        let other = ["/usr/bin/setpriv", "--reuid=1000", "--regid=1000", "--clear-groups", "--"]
        for version in ["-4", "-6"] {
            let refused = await curl(other, version)
            #expect(refused.status != 0 && refused.output == "000", "\(refused)")
        }
        let taken = await curl([], "-4")
        #expect(taken.output == "303")
        #expect(try await scene.refusalsOnRecord()["peer"] ?? 0 >= 2)
    }
}
