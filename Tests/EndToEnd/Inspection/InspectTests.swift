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
}
