import StrictJSON
import Testing

@testable import Manifests

@Suite("A canonical form is stable, whole, and a manifest itself")
struct CanonicalFormTests {
    static let documents: [(kind: Kind, text: String)] = [
        (.tool, Documents.tool),
        (
            .tool,
            Documents.tool(
                """
                title: T
                outputSchema: {type: object, maxProperties: 3}
                annotations: {readOnly: true}
                grants: [{read: "${args.path}"}, {exec: /usr/bin/git}]
                labels: {output: []}
                limits: {time: 1500ms, memory: 1000, output: 1024KiB}
                files: [a/b]
                tests: [{call: {path: a}, expect: failed}, {call: {}, expect: {structured: null}}]
                """)
        ),
        (
            .tool,
            Documents.tool(
                """
                grants: [{connect: "https://api.example.com"}]
                credentials:
                  - name: api
                    source: github
                    scope: {repository: "${args.path}", permissions: {contents: read}, list: [1, null, "a"]}
                    revocability: R2
                    lifetime: 1m
                    deliver: {broker: {to: "https://api.example.com", methods: [GET], paths: ["/r/${args.path}/**"], uses: 4, variable: A, field: token}}
                  - {name: b, source: s, deliver: {memfd: {variable: B}}}
                  - {name: c, source: s, deliver: {file: {name: c, variable: C, field: key}}}
                  - {name: d, source: s, deliver: {environment: {variable: D, downgrade: true}}}
                  - {name: e, source: s, deliver: {socket: {protocol: ssh-agent, hostKeys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA"]}}}
                """)
        ),
        (.source, Documents.source("type: environment\noptions: {variable: A}")),
        (.source, Documents.source("type: file\noptions: {path: /a/b}\ndescription: D\ntimeout: 3s")),
        (.source, Documents.source("type: pass\noptions: {entry: a/b, store: /c}")),
        (.source, Documents.source("type: secret-service\noptions: {attributes: {b: c, a: d}}")),
        (.source, Documents.source("type: jwt\noptions: {issuer: \"https://a\", audiences: [b, c], key: k}")),
        (.source, Documents.source("type: x509\noptions: {trustDomain: example.org}")),
        (.server, Documents.server),
        (
            .server,
            Documents.server(
                """
                title: T
                grants: [{readUnder: .}, {exec: /usr/bin/git}]
                labels: {output: []}
                limits: {time: 1500ms, start: 1m, memory: 1000, output: 1024KiB}
                files: [a/b]
                """)
        ),
        (.sandbox, Documents.sandbox),
        (
            .sandbox,
            Documents.sandbox(
                """
                extends: base
                isolation: [cgroup]
                landlock: {abi: 3}
                filesystem: {read: [/opt], exec: [/opt], tmp: 0, workspace: granted, grants: [read]}
                network: none
                syscalls: {default: ENOSYS, allow: [a], deny: ["@b"], rules: [{syscall: x, arg: 1, in: [AF_UNIX, 0x10, -1], action: deny}]}
                environment: {pass: [A], set: {Z: "1", B: "2"}}
                limits: {memory: 3GiB, processes: 2, cpu: 90s, files: 9, fileSize: 0}
                """)
        ),
        (
            .sandbox,
            Documents.sandbox(
                """
                syscalls:
                  rules:
                    - {syscall: a, arg: 0, mask: 0x7e020000, in: [0], action: allow}
                    - {syscall: a, arg: 1, notIn: ["0xffffffffffffffff", TIOCSTI], bits: 64, action: allow}
                    - {syscall: b, when: [{arg: 0, from: 1}, {arg: 2, to: 9, bits: 32}], action: allow}
                    - {syscall: b, arg: 1, from: 1, to: 2, action: deny, errno: EINVAL}
                    - {syscall: c, action: kill}
                    - {syscall: d, action: deny, errno: 38}
                """)
        ),
        (.intent, Documents.intent),
        (
            .intent,
            Documents.intent(
                """
                agent: a
                expires: 2027-06-01T14:00:00+02:00
                reviewBy: 2027-06-01
                workspace: ..
                models: [a.b]
                rules:
                  - allow: a
                    args:
                      x: {equals: null, oneOf: [1], matches: "a+", under: [.], host: [a], cidr: [10.0.0.0/8], max: 2, min: 1.5}
                      /y/~0~1: {length: {min: 1}, each: {each: {min: 1}}, absent: false}
                    budget: {calls: 1}
                    reason: r
                """)
        ),
        (
            .intent,
            Documents.intent(
                "rules: [{deny: a, args: {\"/\": {absent: true}}, tests: {match: [{}]}}]\nbudget: {time: 60m}")
        ),
    ]

    @Test("loaded again it is the same", arguments: documents)
    func roundTrip(_ kind: Kind, _ text: String) throws {
        let canonical = try kind.load(Array(text.utf8))
        #expect(try kind.load(canonical.encoded(), file: "again.json") == canonical)
        #expect(try kind.load(Array(canonical.pretty().utf8), file: "again.yaml") == canonical)
        #expect(try kind.load(canonical.encoded(), file: "again.json").encoded() == canonical.encoded())
    }

    @Test("another order of keys and another spelling of units give the same form")
    func stable() throws {
        let one =
            "kind: Tool\napiVersion: agentbox.dev/v1\nname: a\nversion: 1.0.0\ndescription: d\ncommand: [./a]\n"
            + "inputSchema: {type: object}\nsandbox: pure\nlimits: {memory: 1048576, time: 60s}\n"
        let two =
            "limits: {time: 1m, memory: 1024KiB}\nsandbox: 'pure'\ninputSchema:\n  type: object\ncommand:\n- ./a\n"
            + "description: >-\n  d\nversion: \"1.0.0\"\nname: a\napiVersion: agentbox.dev/v1\nkind: Tool\n"
        #expect(try Kind.tool.load(Array(one.utf8)).encoded() == Kind.tool.load(Array(two.utf8)).encoded())
    }

    @Test("a resolved profile, written out, resolves to itself")
    func resolved() throws {
        let catalog = try ProfileCatalog.load(directories: [BundledProfilesTests.folder])
        for name in catalog.profiles.keys {
            let resolved = try catalog.resolve(name)
            let flat = try SandboxProfile.load(resolved.digestSource.encoded(), file: "x.json")
            let again = try ProfileResolver.resolve(name, in: [name: flat])
            #expect(again.digestSource.encoded() == resolved.digestSource.encoded(), "\(name)")
        }
    }
}

@Suite("A person who registers a changed manifest sees what changed")
struct ManifestDifferenceTests {
    static let table: [(old: JSON, new: JSON, lines: [String])] = [
        (["a": 1], ["a": 1.0], []),
        (["a": "x"], ["a": "y"], [#"a: "x" → "y""#]),
        (["a": ["b": 1, "c": 2]], ["a": ["b": 1, "d": [3]]], ["a.c: removed 2", "a.d: added [3]"]),
        (["a": 1], ["a": ["b": 1]], [#"a: 1 → {"b":1}"#]),
        (["a": [1, 2, 3]], ["a": [1, 3, 4, 5]], ["a: removed 2", "a: added 4", "a: added 5"]),
        (["a": [["read": "x"], 1]], ["a": [["read": "y"], 1]], [#"a[0].read: "x" → "y""#]),
        (["a": [1, 2]], ["a": [2, 1]], ["a: the order changed"]),
        (["a": [1, 1]], ["a": [1]], ["a: removed 1"]),
        (["a": [1, 2, 3]], ["a": [3, 1, 4]], ["a: removed 2", "a: added 4"]),
        (["a": "\u{1B}[2J"], ["a": ""], [#"a: "\u001b[2J" → """#]),
        (["a": "x\u{202E}y"], ["a": "xy"], [#"a: "x\u{202E}y" → "xy""#]),
    ]

    @Test("differences", arguments: table)
    func differences(_ old: JSON, _ new: JSON, _ lines: [String]) {
        #expect(ManifestDifference.between(old: old, new: new) == lines)
    }

    @Test("of a long text the part that changed is shown")
    func longText() {
        let page = String(repeating: "lorem ipsum ", count: 200)
        let lines = ManifestDifference.between(
            old: ["description": .string(page + "Reads." + page)],
            new: ["description": .string(page + "Reads, and mails it to me." + page)])
        #expect(lines.count == 1)
        #expect(lines[0].contains("Reads, and mails it to me.") && lines[0].count < 400)
        #expect(lines[0].hasPrefix("description: …\"") && lines[0].hasSuffix("\"…"))
    }
}
