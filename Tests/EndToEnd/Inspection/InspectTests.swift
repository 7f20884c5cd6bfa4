import StrictJSON
import TestSupport
import Testing

@Suite("An inspected destination gets the requests that the grant's rules cover, and no others")
struct InspectTests {
    static let clients: [(String, String, String)] = [
        (
            "curl", "curl -sS https://origin.example/repos/octo/hello/issues?page=2",
            "hello GET /repos/octo/hello/issues"
        ),
        (
            "curl with HTTP/2", "curl -sS --http2 -w '%{http_version}' https://origin.example/public/a",
            "hello GET /public/a\n2"
        ),
        (
            "curl with HTTP/1.1", "curl -sS --http1.1 -w '%{http_version}' https://origin.example/public/a",
            "hello GET /public/a\n1.1"
        ),
        (
            "git", "cd /tmp && git clone -q https://origin.example/repo.git r && git -C r log --oneline",
            "first of the origin"
        ),
        (
            "Python",
            "python3 -c 'import urllib.request as r; print(r.urlopen(\"https://origin.example/public/a\").read())'",
            "hello GET /public/a"
        ),
        (
            "Requests", "python3 -c 'import requests; print(requests.get(\"https://origin.example/public/a\").text)'",
            "hello GET /public/a"
        ),
        (
            "Node", "node -e 'fetch(\"https://origin.example/public/a\").then(r => r.text()).then(console.log)'",
            "hello GET /public/a"
        ),
        ("a body", "curl -sS -d 12345 https://origin.example/upload", "5 bytes <nil>"),
        (
            "many requests on a connection",
            "curl -sS --http1.1 -w '%{num_connects} ' https://origin.example/public/{a,b,c} https://origin.example/public/d",
            "hello GET /public/a\n1 hello GET /public/b\n0 hello GET /public/c\n0 hello GET /public/d\n0 "
        ),
        ("only the head", "curl -sSI https://origin.example/public/a", "content-length: 21"),
    ]

    @Test("a Go program works unmodified", arguments: Person.possible)
    func go(person: Person) throws {
        let scene = try InspectScene(person)
        let result = try scene.run("https://origin.example/public/a", by: "web.go")
        #expect(result.written.contains("200 HTTP/2.0 hello GET /public/a"), "\(result.encodedString())")
        let refused = try scene.run("https://origin.example/secret", by: "web.go")
        #expect(refused.written.contains("403") && refused.refusals["request-not-granted"] == 1)
    }

    @Test("programs work unmodified", arguments: Person.possible)
    func works(person: Person) throws {
        let scene = try InspectScene(person)
        for (name, script, output) in Self.clients {
            let result = try scene.run(script)
            #expect(result.written.contains(output), "\(name): \(result.encodedString())")
            #expect(result.refusals.isEmpty, "\(name): \(result.encodedString())")
        }
    }

    @Test("an inspector that does not answer is killed, and the next call has another")
    func silent() throws {
        let inspected = try InspectScene(Person.possible[0])
        let (world, folder) = (inspected.world, inspected.scene.folder)
        let call =
            #"agentbox call web.any --json '{"script":"curl -sS https://origin.example/a","to":["https://origin.example"]}'"#
        try folder.write(
            "agent.sh",
            "\(call); for i in $(seq 300); do [ -e /workspace/stopped ] && break; sleep 0.1; done; \(call); \(call)")
        try folder.write(
            "sandboxes/seeing.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: seeing
            description: An agent that sees the workspace.
            extends: agent
            filesystem: {workspace: all}
            """)
        inspected.scene.giveAway()
        let result = world.script(
            """
            start run task.yaml --sandbox seeing \(EgressScene.catalogue(inspected.scene).joined(separator: " ")) -- \
                /bin/sh -c "$(cat agent.sh)"
            until grep -q 'hello GET' out; do kill -0 $process || break; sleep 0.05; done
            # The one that waits for the next call.
            until [ -n "$(brokers agentbox-inspect)" ]; do kill -0 $process || break; sleep 0.05; done
            kill -STOP $(brokers agentbox-inspect)
            touch workspace/stopped
            wait $process
            cat out err
            """)
        let lines = result.output.split(separator: "\n").filter { $0.hasPrefix("{") }
        try #require(lines.count == 3, "\(result)")
        #expect(
            lines[1].contains("egress-failed") && lines[1].contains("did not answer within 30 seconds"), "\(result)")
        #expect(lines[2].contains("hello GET"), "\(result)")
    }

    @Test("an origin whose name has no address is unreachable, in the resolver's words, and no request of it malformed")
    func nowhere() throws {
        let scene = try InspectScene(Person.possible[0])
        let result = try scene.run(
            "curl -sSk -D - https://nowhere.example/", by: "web.any", to: ["https://nowhere.example"])
        let text = result.encodedString()
        #expect(result.written.contains("502") && result.written.contains("agentbox-refused: unreachable"), "\(text)")
        #expect(result.written.contains("cannot be reached: nowhere.example:443: its name leads nowhere ("), "\(text)")
        #expect(!text.contains("malformed"), "\(text)")
    }

    @Test("an origin that does not finish its handshake is given up")
    func unfinished() throws {
        let scene = try InspectScene(Person.possible[0])
        // It accepts, and says nothing.
        let result = try scene.run(
            "curl -sSk -w '%{http_code}' https://good.example:9/", by: "web.any", to: ["https://good.example:9"])
        #expect(result.written.contains("not finished within 15 seconds"), "\(result.encodedString())")
        #expect(result.written.contains("502"), "\(result.encodedString())")
    }
}
