import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Whoever has the verifier key can tell what was done to the record")
struct LedgerCommandTests {
    private static func scene(_ person: Person = .possible[0]) throws -> Scene {
        let scene = try Scene(person, rules: "- allow: fs.read\n- allow: fs.list")
        for _ in 0..<2 { _ = try scene.call("fs.read", ["path": "README.md"]) }
        return scene
    }

    private static func key(_ scene: Scene) -> String {
        scene.agentbox(["audit", "key"]).output.trimmingSuffix(while: \.isNewline)
    }

    /// The index of the first decision on record.
    private static func decision(_ scene: Scene) throws -> Int64 {
        try #require(try scene.runs().first?["calls"]?[0]?["index"]?.integerValue)
    }

    @Test("verify, prove, and verify the proof with nothing but the key", arguments: Person.possible)
    func proof(person: Person) throws {
        let scene = try Self.scene(person)
        let verified = scene.agentbox(["audit", "verify"])
        #expect(verified.status == 0 && verified.output.contains("the record is whole"), "\(verified)")
        let index = try Self.decision(scene)
        let made = scene.agentbox(["audit", "prove", "\(index)", "--output", "proof"])
        #expect(made.status == 0, "\(made)")
        let key = Self.key(scene)
        let checked = scene.agentbox(["audit", "verify", "--proof", "proof", "--key", key])
        #expect(checked.status == 0 && checked.output.contains("\"kind\": \"decided\""), "\(checked)")
        #expect(!checked.output.contains("README.md"), "\(checked)")
        // One letter of the entry is another.
        #expect(scene.script("sed -i 's/^extra e/extra f/' proof").status == 0)
        let wrong = scene.agentbox(["audit", "verify", "--proof", "proof", "--key", key])
        #expect(wrong.status == 1 && wrong.errorOutput.contains("the proof"), "\(wrong)")
        #expect(scene.agentbox(["audit", "verify", "--entry", "\(index)"]).status == 0)
    }

    @Test("a byte of the log, an older checkpoint, an entry that is gone: exit status 1, and runs are refused")
    func tampered() throws {
        let scene = try Self.scene()
        let checkpoint = scene.agentbox(["audit", "checkpoint"]).output
        try scene.folder.write("kept", checkpoint)
        _ = try scene.call("fs.read", ["path": "README.md"])
        #expect(scene.agentbox(["audit", "verify", "--since", "kept"]).status == 0)
        let log = try scene.folder.read("home/ledger/log")
        for change in [
            "printf '#' | dd of=home/ledger/log bs=1 seek=3000 conv=notrunc status=none",
            "truncate --size=-100 home/ledger/log",
        ] {
            #expect(scene.script(change).status == 0)
            let verified = scene.agentbox(["audit", "verify"])
            #expect(verified.status == 1 && verified.errorOutput.contains("fix:"), "\(verified)")
            let json = scene.agentbox(["audit", "verify", "--json"])
            #expect(json.status == 1 && json.output.contains("\"verified\": false"), "\(json)")
            let refused = scene.agentbox(["call", "--intent", scene.intent, "fs.read", "path=README.md"])
            #expect(refused.status == 125 && refused.errorOutput.contains("fix:"), "\(refused)")
            try scene.folder.write("home/ledger/log", log, mode: 0o600)
            scene.giveAway()
        }
        #expect(scene.agentbox(["audit", "verify"]).status == 0)
    }

    @Test("an export verifies with the key alone, before and after the key was changed")
    func export() throws {
        let scene = try Self.scene()
        let key = Self.key(scene)
        let made = scene.agentbox(["audit", "export", "--format", "tlog-tiles", "--output", "export"])
        #expect(made.status == 0, "\(made)")
        #expect(scene.agentbox(["audit", "verify", "--log", "export", "--key", key]).status == 0)
        let rotated = scene.agentbox(["audit", "key", "--rotate", "--reason", "test"])
        #expect(rotated.status == 0 && rotated.output != key + "\n", "\(rotated)")
        _ = try scene.call("fs.read", ["path": "README.md"])
        #expect(scene.agentbox(["audit", "export", "--format", "tlog-tiles", "--output", "export"]).status == 0)
        let followed = scene.agentbox(["audit", "verify", "--log", "export", "--key", key])
        #expect(followed.status == 0 && followed.output.contains("key 2"), "\(followed)")
        let other = try Self.scene()
        let refused = scene.agentbox(["audit", "verify", "--log", "export", "--key", Self.key(other)])
        #expect(refused.status == 1, "\(refused)")
        #expect(scene.agentbox(["audit", "verify", "--log", "export"]).status == 125)
    }

    @Test("what was erased is gone from the disk, and every reader says so")
    func erased() throws {
        let scene = try Self.scene()
        let index = try Self.decision(scene)
        #expect(try scene.runs()[0]["calls"]?[0]?["decided"]?["arguments"]?["value"]?["path"] == "README.md")
        #expect(try scene.runs()[0]["calls"]?[0]?["ended"]?["output"]?["value"] != nil)
        let erased = scene.agentbox(["audit", "erase", "--call", "\(index)", "--reason", "asked for"])
        #expect(erased.status == 0 && erased.output.contains("erased the data of 2 entries"), "\(erased)")
        #expect(try scene.runs()[0]["calls"]?[0]?["decided"]?["arguments"]?["withheld"] == "erased")
        let run = try #require(try scene.runs().first?["run"]?.stringValue)
        let log = scene.agentbox(["audit", "log", "--run", run])
        #expect(log.output.contains("arguments erased") && !log.output.contains("README"), "\(log)")
        #expect(scene.agentbox(["audit", "show", "\(index)"]).output.contains("\"withheld\": \"erased\""))
        let verified = scene.agentbox(["audit", "verify", "--json"])
        let report = try JSON(parsing: verified.output)
        #expect(verified.status == 0 && (report["erased"]?.integerValue ?? 0) >= 2, "\(verified)")
        let explained = scene.agentbox(["sandbox", "explain", "\(index)", "--rerun"])
        #expect(explained.status == 125 && explained.errorOutput.contains("erased"), "\(explained)")
        let proposed = scene.agentbox(["intent", "propose", "--run", run])
        #expect((proposed.output + proposed.errorOutput).contains("erased"), "\(proposed)")
        // Everything that is older than now.
        #expect(scene.agentbox(["audit", "erase", "--older-than", "0s"]).status == 0)
        #expect(scene.script("! grep -rq 'README.md' home/ledger/data").status == 0)
        #expect(scene.agentbox(["audit", "erase", "--run", "none"]).status == 125)
    }

    @Test("anchored in a git branch and behind an HTTP server, a ledger that was rolled back is found")
    func anchors() throws {
        let scene = try Self.scene()
        #expect(scene.script("git init --quiet --bare witness && cp -a home/ledger older").status == 0)
        _ = try scene.call("fs.read", ["path": "README.md"])
        let server = try HTTPServer()
        let url = "http://127.0.0.1:\(server.port)/ledger"
        for words in [["--git", "witness"], ["--url", url], ["--git", "witness"]] {
            let published = scene.agentbox(["audit", "anchor"] + words)
            #expect(published.status == 0, "\(published)")
        }
        let places = ["git:witness", url].flatMap { ["--anchor", $0] }
        let verified = scene.agentbox(["audit", "verify"] + places)
        #expect(verified.status == 0 && verified.output.contains("continues  git:"), "\(verified)")
        #expect(scene.script("mv home/ledger newer && mv older home/ledger").status == 0)
        // By itself it is whole: only what was published tells.
        #expect(scene.agentbox(["audit", "verify"]).status == 0)
        for place in ["git:witness", url] {
            let found = scene.agentbox(["audit", "verify", "--anchor", place])
            #expect(found.status == 1 && found.errorOutput.contains("entries were removed"), "\(found)")
            let words = place.hasPrefix("git") ? ["--git", "witness"] : ["--url", url]
            let refused = scene.agentbox(["audit", "anchor"] + words)
            #expect(refused.status == 125, "\(refused)")
        }
        let missing = scene.agentbox(["audit", "verify", "--anchor", "http://127.0.0.1:\(server.port)/other"])
        #expect(missing.status == 125, "\(missing)")
        #expect(scene.agentbox(["audit", "anchor", "--url", "https://example.com/x"]).errorOutput.contains("https"))
    }
}

/// A server that takes PUT and answers GET with what it was given.
private final class HTTPServer: Sendable {
    let port: Int
    private let process: HelperProcess

    private static let program = """
        import http.server, sys
        kept = {}
        class H(http.server.BaseHTTPRequestHandler):
            def log_message(self, *a): pass
            def do_PUT(self):
                kept[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
                self.send_response(201); self.send_header("Content-Length", "0"); self.end_headers()
            def do_GET(self):
                body = kept.get(self.path)
                self.send_response(200 if body else 404)
                self.send_header("Content-Length", str(len(body or b""))); self.end_headers()
                self.wfile.write(body or b"")
        s = http.server.HTTPServer(("127.0.0.1", 0), H)
        print(s.server_address[1], flush=True)
        s.serve_forever()
        """

    init() throws {
        process = try HelperProcess(program: "/usr/bin/python3", ["-c", Self.program])
        port = Int(try process.line() ?? "") ?? 0
    }
}

extension String {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> String {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
