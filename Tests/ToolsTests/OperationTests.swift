import StrictJSON
import TestSupport
import Testing

@Suite("The words of a manifest make one request of a call's arguments, and a result of its answer")
struct OperationTests {
    private let folder: TemporaryFolder
    private let server: LineProcess
    private let base: String

    /// Says back what it was asked; a path that is a number is the status, and `/long` and `/none` are what they say.
    private static let program = #"""
        import http.server, json, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def log_message(self, *words): pass
            def serve(self):
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
                said = {"method": self.command, "path": self.path, "body": body, "type": self.headers.get("Content-Type"),
                        "authorization": self.headers.get("Authorization"), "accept": self.headers.get("Accept"),
                        "nothing": None, "list": [{"a": {"b": 1}}, {"a": {"b": 2, "c": None}}, {"x": 1}],
                        "long": "é" * 300000}
                path = self.path.split("?")[0]
                status = int(path[1:4]) if path[1:4].isdigit() else 200
                answer = json.dumps(said).encode()
                if path == "/list": answer = json.dumps([said, said]).encode()
                if path == "/text": answer = b"\xff one\n{}\n"
                if path == "/broken": answer = b'{"a": 1, "a": 2}'
                if path == "/huge": answer = json.dumps([{"long": "x" * 8000}] * 1000).encode()
                if status >= 400: answer = [b"", b"plain reason\nand more", b'{"error": {"message": "inner"}}',
                    b'{"title": "Bad", "detail": "the detail"}', b'{"error": "invalid_grant", "error_description": "why"}',
                    b'{"message": "\\u001b[31mred", "errors": ["one", {"field": "f", "code": "missing"}]}'][int(path[5:] or 0)]
                self.send_response(status)
                if path == "/away":
                    answer = b"agentbox: cannot be reached: x:443: its name leads nowhere\n"
                    self.send_header("agentbox-refused", "unreachable")
                self.send_header("Content-Length", str(len(answer)))
                self.send_header("Link", '<http://x/?page=1>; rel="prev", <http://x/?a=b&page=3>; rel="next"' if "cursor" not in self.path
                    else '<http://x/?after=abc%3D>; rel="next"')
                self.end_headers()
                if self.command != "HEAD": self.wfile.write(answer)
            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = do_HEAD = serve
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        server.serve_forever()

        """#

    init() throws {
        folder = try TemporaryFolder()
        server = try LineProcess("/usr/bin/python3", ["-S", "-c", Self.program])
        base = "http://127.0.0.1:\(try server.line() ?? "")"
    }

    private func call(_ words: [String], _ arguments: JSONObject = [:], token: String? = nil) -> BundledTool.Result {
        let tool = BundledTool("http-request", ["--base", base] + words)
        // A body is put into a file that has to be new, as it is in a call's own scratch.
        defer { _ = Command.run(["/bin/rm", "-f", "/tmp/agentbox-request-body"]) }
        return tool.call(.object(arguments), in: folder, environment: token.map { ["TOKEN": $0] } ?? [:])
    }

    /// What the server was asked.
    private func asked(_ words: [String], _ arguments: JSONObject = [:], token: String? = nil) throws -> JSON {
        let pick = ["method", "path", "body", "type", "authorization", "accept"].flatMap { ["--pick", $0] }
        let result = call(words + ["--answer", "one"] + pick, arguments, token: token)
        #expect(result.status == 0, "\(result)")
        return try #require(result.output)
    }

    @Test func `arguments go where the words say`() throws {
        let words = [
            "--method", "GET", "--path", "/r/{owner}{/path}", "--query", "page", "--query", "tag=t", "--join",
            "q={words}",
            "--join", "q=in:{owner}", "--join", "q=by:{who}", "--fixed", "Accept=text/x", "--bearer", "TOKEN",
        ]
        let all = try asked(
            words, ["owner": "a b", "path": "x/y z/w?", "page": 2, "tag": ["1", "&"], "words": "q+r"], token: "t")
        #expect(all["path"] == "/r/a%20b/x/y%20z/w%3F?page=2&t=1&t=%26&q=q%2Br%20in%3Aa%20b")
        #expect(all["authorization"] == "Bearer t" && all["accept"] == "text/x" && all["body"] == "")
        let few = try asked(words, ["owner": "a"], token: "t")
        #expect(few["path"] == "/r/a?q=in%3Aa")
        let fields = [
            "--method", "POST", "--path", "/x", "--field", "title", "--field", "text=body", "--field", "labels",
        ]
        let posted = try asked(fields, ["title": "\"", "labels": ["a"]])
        #expect(posted["body"] == #"{"title":"\"","labels":["a"]}"# && posted["type"] == "application/json")
        #expect(try asked(fields, ["title": "t", "text": "b"])["body"] == #"{"title":"t","body":"b"}"#)
        // What there is no place for is refused, and so is a call without its credential.
        #expect(call(words, ["owner": "a", "other": 1], token: "t").error.contains("no argument `other`"))
        #expect(call(words, ["owner": "a"]).error.contains("no credential"))
        #expect(call(words, [:], token: "t").error.contains("`owner` is missing"))
    }

    @Test(
        "no argument is another path",
        arguments: ["..", ".", "", "a/../b", "a//b", "/a", "a/", "a\\b", "a/./b", "a\u{0}b"])
    func paths(path: String) {
        for (words, name) in [(["--path", "/r{/path}"], "path"), (["--path", "/r/{path}"], "path")] {
            let refused = call(words + ["--answer", "one"], [name: .string(path)])
            #expect(refused.status == 1 && refused.error.contains("no part of a path"), "\(refused)")
        }
    }

    @Test func `of an answer what is picked comes back`() throws {
        let one = call(
            [
                "--path", "/x", "--answer", "one", "--pick", "how=method", "--pick", "nothing", "--pick", "absent",
                "--pick", "numbers=list[].a.b", "--pick", "parts=list[]{inner=a.b,x}", "--pick", "long",
            ]).output
        #expect(one?["how"] == "GET" && one?["nothing"] == nil && one?["absent"] == nil)
        #expect(one?["numbers"] == [1, 2] && one?["parts"] == [["inner": 1], ["inner": 2], ["x": 1]])
        #expect(one?["shortened"] == 1 && one?["long"]?.stringValue?.utf8.count == (256 << 10) + 3)
        let many = call(["--path", "/list", "--answer", "many", "--pick", "method", "--page", "page"]).output
        #expect(many == ["items": [["method": "GET"], ["method": "GET"]], "nextPage": 3])
        let member = call(
            [
                "--path", "/cursor", "--answer", "many=list", "--pick", "b=a.b", "--also", "how=method", "--page",
                "after",
            ]
        ).output
        #expect(member == ["items": [["b": 1], ["b": 2], [:]], "how": "GET", "nextPage": "abc%3D"])
        let text = call(["--path", "/text", "--answer", "text"]).output
        #expect(text == ["text": "\u{FFFD} one\n{}\n", "size": 9, "complete": true])
        // Without `--answer` it is as it came.
        let plain = call(["--path", "/404"]).output
        #expect(plain?["status"] == 404 && plain?["complete"] == true)
        for (path, answer, word) in [
            ("/list", "one", "no object"), ("/x", "many", "no list"), ("/x", "many=method", "no list"),
            ("/text", "one", "no JSON"), ("/broken", "one", "no JSON"), ("/huge", "many", "longer than 2 MiB"),
        ] {
            let refused = call(["--path", path, "--answer", answer, "--pick", "long"])
            #expect(refused.status == 1 && refused.error.contains(word), "\(refused)")
        }
    }

    @Test func `an answer that is an error is one, with what the server said`() {
        for (path, words) in [
            ("/404/0", ["does not exist", "(404)"]), ("/404/1", ["plain reason)"]),
            ("/403/2", ["may not do that", "inner"]),
            ("/422/3", ["the detail"]), ("/400/4", ["why"]), ("/422/5", [#"\u{1B}[31mred"#, "one; f is missing"]),
            ("/500/1", ["the server failed", "try again"]), ("/429/1", ["rate limit"]), ("/409/1", ["as things stand"]),
            ("/418/1", ["refused it"]), ("/302", ["somewhere else"]),
        ] {
            let result = call(["--path", path, "--answer", "one", "--pick", "method"])
            #expect(result.status == 1 && result.output?["error"]?["status"] != nil, "\(path): \(result)")
            for word in words { #expect(result.error.contains(word), "\(path): \(result)") }
            #expect(!result.error.contains("and more"))
        }
    }

    @Test(
        "words that nobody knows are refused",
        arguments: [
            ["--unknown", "x"], ["--answer", "some"], ["--answer", "one=x"], ["--pick", ""], ["--pick", "a..b"],
            ["--pick", "a{b"], ["--path"], ["--path", "/{x"],
        ])
    func unknown(words: [String]) {
        let refused = call(words)
        #expect(refused.status == 1 && refused.error.contains("the manifest's"), "\(refused)")
    }
}
