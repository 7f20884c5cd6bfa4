import StrictJSON
import TestSupport
import Testing

@Suite("Programs speak TLS through the broker as they are, and reach nothing but what was granted")
struct EgressClientTests {
    /// Each fetches `https://$HOST/a.txt` and writes what it got.
    static let programs: [(String, String)] = [
        ("curl", "curl -sS -m 10 https://$HOST/a.txt"),
        (
            "git",
            "cd /tmp && git clone -q https://$HOST/repo.git r && git -C r log --oneline && echo hello from outside"
        ),
        (
            "Python requests",
            "python3 -c 'import os, requests; print(requests.get(\"https://%s/a.txt\" % os.environ[\"HOST\"], timeout=10).text)'"
        ),
        (
            "Node fetch",
            "node -e 'fetch(`https://${process.env.HOST}/a.txt`).then(r => r.text()).then(t => console.log(t), "
                + "e => { console.error(e); process.exit(1) })'"
        ),
    ]

    @Test("each works unmodified, and for another host it does not", arguments: programs, Person.possible)
    func works(program: (String, String), person: Person) throws {
        let scene = try EgressScene(person)
        func run(_ host: String) throws -> JSON {
            let script = try scene.trust() + "export HOME=/tmp HOST=\(host)\n" + program.1
            return try scene.run(script, to: ["https://good.example"])
        }
        let granted = try run("good.example")
        #expect(granted.written.contains("hello from outside"), "\(granted.encodedString().prefix(3000))")
        #expect(granted["outcome"]?["status"] == "succeeded")
        #expect(granted.refusals == [:])
        #expect((granted.egress("good.example:443")?["connections"]?.integerValue ?? 0) > 0)
        let other = try run("other.example")
        #expect(other["outcome"]?["status"] == "failed")
        #expect(!other.written.contains("hello from outside"), "\(other.encodedString().prefix(3000))")
        #expect(other.egress("good.example:443")?["connections"] == 0)
    }

    @Test("a program in Go that is itself the tool", arguments: Person.possible)
    func go(person: Person) throws {
        let scene = try EgressScene(person, rules: "- allow: net.go")
        let folder = scene.scene.folder
        try folder.write(
            "source/fetch.go",
            """
            package main
            import ("fmt"; "io"; "net/http"; "os")
            func main() {
                answer, err := http.Get(os.Args[1])
                if err != nil { fmt.Fprintln(os.Stderr, err); os.Exit(1) }
                io.Copy(os.Stdout, answer.Body)
            }
            """)
        try folder.write(
            "sandboxes/go.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: go
            description: A program in Go.
            extends: net
            environment: {set: {SSL_CERT_FILE: /run/agentbox/tool/ca.pem}}
            """)
        try folder.write(
            "tools/net.go/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: net.go
            version: 1.0.0
            description: Fetches a URL.
            command: [./fetch, "${args.url}"]
            input: argv
            inputSchema: {type: object, properties: {url: {type: string}}, additionalProperties: false}
            sandbox: go
            grants:
              - connect: "good.example:443"
            files: [ca.pem]
            """)
        let made = Command.run(
            [
                "/bin/bash", "-ec",
                """
                cp certificate.pem tools/net.go/ca.pem
                cd source
                GOCACHE=$PWD/cache CGO_ENABLED=0 go build -ldflags='-s -w' -o ../tools/net.go/fetch fetch.go
                """,
            ], in: folder.path)
        try #require(made.status == 0, "\(made)")
        scene.scene.giveAway()
        let options = EgressScene.catalogue(scene.scene).joined(separator: " ")
        let registered = scene.script("agentbox tool register net.go \(options)")
        try #require(registered.status == 0, "\(registered)")
        let granted = try scene.call("net.go", ["url": "https://good.example/a.txt"])
        #expect(granted.written == "hello from outside\n", "\(granted.encodedString())")
        let other = try scene.call("net.go", ["url": "https://other.example/a.txt"])
        #expect(other["outcome"]?["status"] == "failed" && !other.written.contains("hello"), "\(other.encodedString())")
    }
}
