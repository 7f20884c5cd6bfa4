import Glibc
import StrictJSON
import TestSupport
import Testing

@testable import Manifests

@Suite("A tool says which credential it needs, for what, and how it gets the use of it")
struct CredentialTests {
    private static func tool(_ deliver: String, grants: String = "{connect: \"https://api.example.com\"}") -> String {
        Documents.tool("grants: [\(grants)]\ncredentials: [{name: a, source: s, deliver: {\(deliver)}}]")
    }

    static let wrong: [(text: String, place: String, words: String)] = [
        (
            tool("broker: {to: \"https://other.example.com\", variable: T}"),
            "10:59 credentials[0].deliver.broker.to contradiction", "no `connect` grant"
        ),
        (
            tool("broker: {to: \"https://api.example.com:8443\", variable: T}"),
            "10:59 credentials[0].deliver.broker.to contradiction", "add `- connect:"
        ),
        (
            tool("broker: {to: \"https://${args.path}\", variable: T}"),
            "10:59 credentials[0].deliver.broker.to contradiction", "no `connect` grant"
        ),
        (
            tool("broker: {to: \"http://api.example.com\", variable: T}", grants: "{connect: \"api.example.com:80\"}"),
            "10:59 credentials[0].deliver.broker.to invalid-value", "`https://`"
        ),
        (tool("environment: {variable: T}"), "10:59 credentials[0].deliver.environment missing-key", "`downgrade`"),
        (
            tool("environment: {variable: T, downgrade: false}"),
            "10:84 credentials[0].deliver.environment.downgrade invalid-value", "broker"
        ),
        (
            tool("memfd: {variable: LD_PRELOAD}"), "10:64 credentials[0].deliver.memfd.variable invalid-value",
            "is not a manifest's to set"
        ),
        (
            tool("memfd: {variable: NODE_EXTRA_CA_CERTS}"), "10:64 credentials[0].deliver.memfd.variable invalid-value",
            "is not a manifest's to set"
        ),
        (tool("socket: ssh-agent"), "10:54 credentials[0].deliver.socket missing-key", "hostKeys"),
        (
            Documents.tool(
                "credentials: [{name: a, source: s, scope: {b: \"${args.pth}\"}, deliver: {memfd: {variable: T}}}]"),
            "9:47 credentials[0].scope.b contradiction", "did you mean `path`"
        ),
        (
            Documents.tool("credentials: [{name: a, source: s, deliver: {memfd: {variable: T}, file: {name: x}}}]"),
            "9:68 credentials[0].deliver contradiction", "expected one of"
        ),
        (
            Documents.tool(
                "credentials: [{name: a, source: s, deliver: {memfd: {variable: T}}}, {name: b, source: s, deliver: {file: {name: f, variable: T}}}]"
            ), "9:100 credentials[1].deliver contradiction", "the variable `T` is the one of the credential `a` too"
        ),
    ]

    @Test("what cannot be right is refused in its place", arguments: wrong)
    func refused(text: String, place: String, words: String) {
        let problems = Kind.tool.problems(text)
        #expect(problems.map(\.place) == [place], "\(problems.map(\.description))")
        #expect(problems.contains { $0.description.contains(words) }, "\(problems.map(\.description))")
    }

    @Test(
        "the same host and port, or the same text, is covered",
        arguments: [
            ("https://api.example.com/", "{connect: \"api.example.com:443\"}"),
            ("https://API.example.com.", "{connect: \"https://api.example.com/v1\"}"),
            ("https://${args.path}", "{connect: \"https://${args.path}\"}"),
            ("https://127.0.0.1:8080", "{connect: \"127.0.0.1:8080\"}"),
        ])
    func covered(to: String, grant: String) {
        let problems = Kind.tool.problems(Self.tool("broker: {to: \"\(to)\", variable: T}", grants: grant))
        #expect(problems.isEmpty, "\(problems.map(\.description))")
    }

    @Test("a scope takes the call's arguments as they are")
    func scope() throws {
        let text = Documents.tool(
            """
            credentials:
              - name: a
                source: s
                scope: {all: "${args.path}", part: "x/${args.path}", gone: "${args.path.other}", fixed: [1, "${args.path}"]}
                deliver: {memfd: {variable: T}}
            """)
        let scope = try #require(try Tool.load(Array(text.utf8), file: "x.yaml").credentials.first?.scope)
        #expect(
            try scope.expand(arguments: ["path": "p"]) == ["all": "p", "part": "x/p", "fixed": [1, "p"]])
        guard case .mapping(let members) = scope else { throw TestSupportError("not a mapping") }
        let all = ScopeTemplate.mapping(members.filter { $0.key == "all" })
        #expect(try all.expand(arguments: ["path": ["p", "q"]]) == ["all": ["p", "q"]], "a list stays one")
        #expect(throws: TemplateError.self) { try scope.expand(arguments: ["path": "a\u{0}b"]) }
    }

    @Test("a file that others can write is no source, and no folder has none")
    func ownership() throws {
        let folder = try TemporaryFolder()
        #expect(SourceCatalog.load(directory: folder.path + "/none").sources.isEmpty)
        let file = folder.path + "/a.yaml"
        try folder.write("a.yaml", Documents.source("type: environment\noptions: {variable: A}"))
        chmod(file, 0o600)
        let catalog = SourceCatalog.load(directory: folder.path)
        #expect(catalog.sources.keys.map(\.rawValue) == ["github"])
        for mode: mode_t in [0o620, 0o602, 0o666] {
            chmod(file, mode)
            let open = SourceCatalog.load(directory: folder.path)
            #expect(open.sources.isEmpty && open.broken.map(\.file) == [file])
            #expect(open.notes.first?.contains("other users can write to it") == true)
        }
        chmod(file, 0o600)
        try folder.write("b.yaml", Documents.source("type: file\noptions: {path: /a}"))
        let twice = SourceCatalog.load(directory: folder.path)
        #expect(twice.sources.isEmpty, "which of the two would be asked must not depend on their files' names")
        #expect(twice.notes.first?.contains("is in") == true)
    }

    @Test("a file that does not load takes no other source with it, but all that it may be")
    func broken() throws {
        let folder = try TemporaryFolder()
        func source(_ name: String) -> String {
            Documents.source("type: environment\noptions: {variable: A}").replacing(
                "name: github", with: "name: \(name)")
        }
        for name in ["one", "two", "three"] { try folder.write(name + ".yaml", source(name), mode: 0o600) }
        func names() -> [String] {
            SourceCatalog.load(directory: folder.path).sources.keys.map(\.rawValue).sorted()
        }
        #expect(names() == ["one", "three", "two"], "the control")
        // By its file, where its name cannot be read; by its name, wherever that stands.
        try folder.write("two.yaml", "name: [", mode: 0o600)
        #expect(names() == ["one", "three"])
        try folder.write("other.yaml", source("three") + "\nnosuch: 1\n", mode: 0o600)
        #expect(names() == ["one"])
        let catalog = SourceCatalog.load(directory: folder.path)
        #expect(catalog.broken.count == 2 && catalog.notes.count == 2)
        let two = try #require(SourceName("two"))
        let three = try #require(SourceName("three"))
        #expect(catalog.absence(of: two).contains("`$AGENTBOX_HOME/sources/two.yaml`"))
        #expect(catalog.absence(of: three).contains("`$AGENTBOX_HOME/sources/other.yaml`"))
        #expect(!catalog.absence(of: three).contains(folder.path), "an agent is told it")
        let none = try #require(SourceName("none"))
        #expect(catalog.absence(of: none).contains("`$AGENTBOX_HOME/sources/none.yaml` sets it up"))
        #expect(catalog.broken(none).isEmpty)
    }

    @Test("a folder that cannot be read holds no source that can be used")
    func folderUnread() throws {
        let folder = try TemporaryFolder()
        try folder.write("sources", "no folder")
        let catalog = SourceCatalog.load(directory: folder("sources"))
        let any = try #require(SourceName("any"))
        #expect(catalog.broken(any).count == 1 && catalog.absence(of: any).contains("`$AGENTBOX_HOME/sources`"))
    }
}
