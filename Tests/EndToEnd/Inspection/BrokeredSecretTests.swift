import StrictJSON
import TestSupport
import Testing

@Suite("A secret that the broker delivers reaches the origin, and is nowhere in the box")
struct BrokeredSecretTests {
    /// Asks for the secret back in every way, and looks for it everywhere. It is given the secret backwards, and reads what
    /// it looks through backwards, so that it never holds what it looks for.
    private static let script = #"""
        cat >/tmp/look.py <<'PYTHON'
        import http.client, os, ssl, subprocess, sys
        needle = sys.argv[1].encode()
        token = os.environ["TOKEN"]
        answers = []
        forms = "ASKED".split()
        def plain(path, headers):
            connection = http.client.HTTPSConnection("origin.example", context=ssl.create_default_context())
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            body = answer.read()
            return str(answer.status).encode() + str(answer.getheaders()).encode() + body
        def h2(path, header):
            return subprocess.run(["curl", "-sSi", "--http2", "--raw", "-H", header, "https://origin.example" + path],
                                  capture_output=True).stdout
        for form in forms:
            for place in ["body", "length", "header", "trailer"]:
                step = 1 if place == "body" else 7
                path = f"/reflect?as={form}&in={place}&step={step}"
                answers.append(plain(path, {"Authorization": "Bearer " + token, "Range": "bytes=0-3"}))
                answers.append(h2(path, "Authorization: Bearer " + token))
        if "raw" in forms:
            for place in ["gzip", "body"]:
                answers.append(plain("/reflect?in=" + place, {"Authorization": "Bearer " + token, "Accept-Encoding": "gzip"}))
            answers.append(h2("/reflect?in=gzip", "Authorization: Bearer " + token))
        def read(path, limit=1 << 22):
            try:
                with open(path, "rb") as file: return file.read(limit)
            except OSError: return b""
        places = {"answers": b"\n".join(answers), "environment": read("/proc/self/environ"),
                  "arguments": read("/proc/self/cmdline")}
        memory = []
        with open("/proc/self/maps") as maps, open("/proc/self/mem", "rb") as mem:
            for line in maps:
                span, mode = line.split()[:2]
                if "r" not in mode or "vvar" in line or "vsyscall" in line: continue
                start, end = (int(part, 16) for part in span.split("-"))
                try:
                    mem.seek(start)
                    memory.append(mem.read(end - start))
                except (OSError, ValueError): pass
        places["memory"] = b"\n".join(memory)
        for folder in ["/etc", "/run", "/tmp", "/dev/shm", "/workspace"]:
            for path, _, names in os.walk(folder):
                for name in names:
                    if os.path.isfile(os.path.join(path, name)): places["file " + name] = read(os.path.join(path, name))
        seen = sorted(place for place, content in places.items() if needle in content[::-1])
        print("SEEN", seen, "MEMORY", len(places["memory"]), "ANSWERS", len(answers))
        print(places["answers"].decode("latin-1"))
        PYTHON
        python3 /tmp/look.py 'NEEDLE'
        """#

    /// What the origin can make of a secret.
    private static let encodings = [
        "raw", "base64", "base64url", "base64after1", "base64after2", "hex", "HEX", "url", "percent", "json", "unicode",
        "html", "capitals", "cut",
    ]

    private static func scene(_ person: Person) throws -> (InspectScene, script: String) {
        let scene = try InspectScene(person, issuesCredentials: true)
        return (scene, script.replacing("NEEDLE", with: String(scene.secret.reversed())))
    }

    @Test(
        "the origin had it, and environment, arguments, memory, files, answers, output, ledger and home do not",
        arguments: Person.possible)
    func nowhere(person: Person) throws {
        let (scene, script) = try Self.scene(person)
        // One after the other: a call that is answered with the secret too often is cut off.
        for encoding in Self.encodings {
            let asked = encoding == "raw" ? 11 : 8
            let result = try scene.run(script.replacing("ASKED", with: encoding), by: "web.issued")
            let written = result.written
            #expect(written.contains("SEEN []"), "\(encoding): \(written.prefix(3000))")
            for form in Self.forms(scene.secret) { #expect(!written.contains(form), "\(form)") }
            #expect(written.contains("****"), "\(encoding): \(written.prefix(3000))")
            if encoding == "raw" { #expect(written.contains("502")) }
            let authorizations = try scene.received().compactMap {
                $0["headers"]?["authorization"]?[0]?.stringValue
            }
            #expect(authorizations.count == asked, "\(encoding): \(authorizations.count)")
            #expect(authorizations.allSatisfy { $0 == "Bearer " + scene.secret })
            let use = try #require(result["outcome"]?["credentials"]?[0])
            #expect(
                use["uses"] == .integer(Int64(asked)) && (use["scrubbed"]?.integerValue ?? 0) > 5, "\(encoding): \(use)"
            )
        }
        #expect(try scene.received().contains { $0["protocol"] == "HTTP/2.0" })
        #expect(try scene.received().allSatisfy { $0["headers"]?["range"] == nil })
        // What agentbox keeps.
        let found = Command.run(["/bin/grep", "-r", "-l", "-a", "-F", "--", scene.secret, scene.scene.home])
        #expect(found.output.isEmpty, "\(found)")
        let log = scene.scene.agentbox(["audit", "log", "--all", "--json"])
        #expect(log.status == 0 && !log.output.contains(scene.secret) && log.output.contains("web.issued"))
    }

    @Test("the control: who has it in the environment finds it", arguments: Person.possible)
    func control(person: Person) throws {
        let (scene, script) = try Self.scene(person)
        let asked = Self.encodings.joined(separator: " ")
        let result = try scene.run(script.replacing("ASKED", with: asked), by: "web.given")
        #expect(
            result.written.contains("'environment'") && result.written.contains("'memory'"),
            "\(result.written.prefix(2000))")
        #expect(result.written.contains("'answers'"))
    }

    static let clients: [(String, String)] = [
        ("curl", "curl -sS -H \"Authorization: token $TOKEN\" https://origin.example/reflect"),
        (
            "git",
            "git -C /tmp -c http.extraHeader=\"Authorization: Basic $(printf %s \"x-access-token:$TOKEN\" | base64 -w0)\" "
                + "clone -q https://origin.example/repo.git r && echo before $(git -C /tmp/r log --oneline) after"
        ),
        (
            "Requests",
            "python3 -c 'import os, requests; print(requests.get(\"https://origin.example/reflect\", "
                + "auth=(\"x\", os.environ[\"TOKEN\"])).text)'"
        ),
        (
            "Node",
            "node -e 'fetch(\"https://origin.example/reflect\", {headers: {authorization: \"Bearer \" + process.env.TOKEN}})"
                + ".then(r => r.text()).then(console.log)'"
        ),
    ]

    @Test("programs use it as they are", arguments: Person.possible)
    func clients(person: Person) throws {
        let scene = try InspectScene(person, issuesCredentials: true)
        for (name, script) in Self.clients {
            let result = try scene.run(script, by: "web.issued")
            #expect(
                result.written.contains("before") && result.written.contains("after"),
                "\(name): \(result.encodedString())")
            #expect(result["outcome"]?["credentials"]?[0]?["uses"]?.integerValue ?? 0 > 0, "\(name)")
            let last = try scene.received().last?["headers"]?["authorization"]?[0]?.stringValue ?? ""
            #expect(last.contains(scene.secret) || last.hasPrefix("Basic "), "\(name): \(last)")
        }
    }

    static let misused: [(String, String, String, String)] = [
        (
            "another path", "curl -sS -H \"Authorization: Bearer $TOKEN\" https://origin.example/user", "wrong path",
            "403"
        ),
        (
            "another method", "curl -sS -X PUT -H \"Authorization: Bearer $TOKEN\" https://origin.example/reflect",
            "wrong method", "403"
        ),
        ("another host", "curl -sS -H \"Authorization: Bearer $TOKEN\" http://good.example/a.txt", "wrong host", "403"),
        ("the URL", "curl -sS https://origin.example/reflect?token=$TOKEN", "wrong place", "403"),
        ("the body", "curl -sS -d token=$TOKEN https://origin.example/upload", "wrong place", "403"),
        (
            "a header that is not for tokens", "curl -sS -H \"X-Amz-Meta-A: $TOKEN\" https://origin.example/reflect",
            "wrong place", "403"
        ),
        (
            "a third time",
            "for i in 1 2 3; do curl -sS -o /dev/null -w '%{http_code} ' -H \"X-Api-Key: $TOKEN\" https://origin.example/reflect; done",
            "count", "200 200 403"
        ),
    ]

    @Test("its placeholder is refused everywhere else, and on record", arguments: Person.possible)
    func misused(person: Person) throws {
        let scene = try InspectScene(person, issuesCredentials: true)
        for (name, script, reason, code) in Self.misused {
            let result = try scene.run(
                script.replacing("curl -sS -", with: "curl -sS -w '%{http_code}' -"), by: "web.twice")
            #expect(
                result.written.contains(code) || result.written.contains("refused"),
                "\(name): \(result.encodedString())")
            #expect(result.refusals == ["placeholder": 1], "\(name): \(result.encodedString())")
            #expect(
                result["outcome"]?["credentials"]?[0]?["refusals"]?[reason] == 1, "\(name): \(result.encodedString())")
        }
        // After its call's end, by the next call.
        let first = try scene.run("echo $TOKEN", by: "web.twice")
        let placeholder = first.written.trimmed
        #expect(placeholder.hasPrefix("agentbox-"), "\(first.encodedString())")
        let next = try scene.run(
            "curl -sS -H 'Authorization: Bearer \(placeholder)' https://origin.example/reflect", by: "web.twice")
        #expect(
            next.written.contains("none of this call's") && next.refusals == ["placeholder": 1],
            "\(next.encodedString())")
        let sent = try scene.received()
        #expect(sent.allSatisfy { !$0.encodedString().contains("agentbox-") || $0["headers"]?["user-agent"] != nil })
    }

    /// Pieces of what it may look like: long enough that nothing else is like them.
    static func forms(_ secret: String) -> [String] {
        let bytes = Array(secret.utf8)
        func hex(_ upper: Bool) -> String {
            bytes.map { byte in
                let text = String(byte, radix: 16, uppercase: upper)
                return text.count == 1 ? "0" + text : text
            }.joined()
        }
        func base64(_ bytes: [UInt8]) -> String {
            let result = Command.run(["/usr/bin/base64", "-w0"], input: String(decoding: bytes, as: UTF8.self)).output
            return String(result.dropFirst(6).dropLast(6))
        }
        return [
            secret, secret.uppercased(), String(secret.prefix(20)), hex(false), hex(true), base64(bytes),
            base64(Array("x".utf8) + bytes), base64(Array("xx".utf8) + bytes),
            bytes.map { "&#\($0);" }.joined(), "\\u0073\\u0033",
        ]
    }
}

extension String {
    fileprivate var trimmed: String { String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()) }
}
