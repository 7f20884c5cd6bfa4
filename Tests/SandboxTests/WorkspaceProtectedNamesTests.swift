import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("Files that configure other programs are write-protected, whatever their name looks like")
struct WorkspaceProtectedNamesTests {
    @Test(
        "No write grant reaches them, whether they exist or not",
        arguments: [
            ".git/config", ".git/hooks/pre-commit", ".GIT/config", ".Git/hooks/x", ".g\u{200C}it/config",
            ".git\u{FEFF}/x", ".git./config", ".git /config", ".git::$INDEX_ALLOCATION/config", "git~1/config",
            "GIT~2/config", "\u{FF0E}git/config", ".\u{FF47}it/x", ".g\u{0131}t/../.git/x", ".mcp.json", ".MCP.json",
            "sub/.mcp.json", ".bashrc", ".zshenv", ".envrc", ".vscode/tasks.json", ".v\u{17F}code/settings.json",
            ".claude/settings.json", ".cursor/mcp.json", ".idea/x", "vendor/lib/.git/hooks/post-checkout", ".npmrc",
            ".ssh/authorized_keys", ".gitmodules", ".devcontainer/devcontainer.json", ".husky/pre-commit",
            "sitecustomize.py", ".\u{2060}envrc", ".envrc:stream", ".hg/hgrc",
        ])
    func refuses(path: String) throws {
        #expect(ProtectedNames.reason(against: path) != nil)
    }

    @Test(
        "Other names can be granted",
        arguments: [
            "README.md", "git", "src/git/config", ".gitignore", ".gitattributes", ".github/workflows/ci.yml",
            "Makefile", "a~1", "digit~1.txt", "mcp.md", "src/.env.example", "profile", "x.git/config", "…", "日本語.txt",
            ".editorconfig", "gitgit~1",
        ])
    func allows(path: String) { #expect(ProtectedNames.reason(against: path) == nil) }

    @Test("A link to a protected file does not help")
    func followsLinks() throws {
        let fixture = try WorkspaceFixture([".git/config": "[core]", "ordinary": "x"])
        symlink(".git", fixture("innocent"))
        symlink(".git/config", fixture("file"))
        for text in ["innocent/config", "innocent/hooks", "file", ".git/new", "./.git/../.git/config"] {
            #expect { try fixture.workspace.resolve(text, for: .write) } throws: {
                ($0 as? GrantError)?.reason == .protectedName
            }
        }
        // Positive controls: reading is another matter, and so is an ordinary file.
        #expect(try fixture.workspace.resolve("file", for: .read).relative == ".git/config")
        #expect(try fixture.workspace.resolve("ordinary", for: .write).relative == "ordinary")
    }

    @Test("What the run was started with stays as it is")
    func protectsManifests() throws {
        let fixture = try WorkspaceFixture(
            ["task.yaml": "kind: Intent", "tools/x/tool.yaml": "kind: Tool", "a": "a"],
            readOnly: ["task.yaml", "tools"])
        for text in ["task.yaml", "tools/x/tool.yaml", "tools/new"] {
            #expect { try fixture.workspace.resolve(text, for: .write) } throws: {
                ($0 as? GrantError)?.reason == .protectedName
            }
        }
        #expect(throws: GrantError.self) { try fixture.workspace.resolve("tools/x", for: .writeUnder) }
        #expect(try fixture.workspace.resolve("a", for: .write).relative == "a")
    }

    /// The name that the run was started with, and the names that lead from there to the file.
    static let trails: [(String, [String])] = [
        ("task.yaml", ["task.yaml", "cfg-v1/task.yaml"]),
        ("cfg/task.yaml", ["cfg", "cfg-v1/task.yaml"]),
        ("./src/../cfg/task.yaml", ["cfg", "cfg-v1/task.yaml"]),
        ("chain", ["chain", "cfg", "cfg-v1/task.yaml"]),
        ("src/up", ["src/up", "task.yaml", "cfg-v1/task.yaml"]),
        ("away", ["away"]),
        ("home/../task.yaml", ["home"]),
    ]
    private static let trailLinks = [
        "task.yaml": "cfg-v1/task.yaml", "cfg": "./cfg-v1", "chain": "cfg//task.yaml", "src/up": "../task.yaml",
        "away": "/etc/hostname", "home": "/usr/../usr", "ordinary": "src/a.txt",
    ]

    @Test("No call replaces a link by which the run was started", arguments: trails)
    func protectsLinks(given: String, protected: [String]) async throws {
        let fixture = try WorkspaceFixture(
            ["cfg-v1/task.yaml": "kind: Intent", "src/a.txt": "a"], links: Self.trailLinks, readOnly: [given])
        for name in protected {
            #expect(fixture.workspace.reasonAgainstWriting(name) != nil, "\(name)")
        }
        #expect(fixture.workspace.reasonAgainstWriting("ordinary") == nil)
        let before = protected.map { Command.run(["readlink", "-v", fixture($0)]).output }
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        let names = protected.joined(separator: " ")
        // A link replaced by a file, and by another link to an intent of the agent's own.
        try layer.call(
            "mkdir evil; echo 'kind: Intent' > evil/task.yaml; for n in \(names) ordinary; do "
                + "rm -f $n; case $n in cfg) ln -s evil $n;; *) echo mine > $n;; esac; done")
        #expect(await layer.publish().summary == "published")
        #expect(protected.map { Command.run(["readlink", "-v", fixture($0)]).output } == before)
        #expect(fixture.text("cfg-v1/task.yaml") == "kind: Intent")
        #expect(fixture.text("ordinary") == "mine\n", "the control was not replaced")
    }

    static let manifests: [(String, Bool)] = [
        ("apiVersion: agentbox.dev/v1\nkind: Intent\n", true),
        ("{\"\\u0061piVersion\": \"agentbox.d\\x65v\\/v1\"}", true),
        ("\"api\\\n   Version\": \"agentbox.\\U00000064ev/v1\"", true),
        ("apiVersion: apps/v1\nkind: Deployment\n", false), ("see https://agentbox.dev/ for more\n", false),
        ("\\u00", false), ("\\", false), ("", false),
    ]

    @Test("A file that reads as a manifest is listed, whatever its name", arguments: manifests)
    func reviewsManifests(text: String, isListed: Bool) async throws {
        let fixture = try WorkspaceFixture()
        let run = try fixture.layers()
        let layer = try await run.layer(try fixture.grants((.create, "notes.txt")))
        try layer.call("cat > notes.txt <<'END'\n\(text)\nEND")
        #expect((try await layer.compare().changes.first?.review != nil) == isListed)
        #expect(await layer.publish().summary == "published")
        // Also at the run's end, where the content is not looked at any more.
        let net = NetChanges.of(try ChangeStore(runDirectory: fixture.run).records())
        #expect((net.first?.review != nil) == isListed)
    }

    @Test(
        "What the host may execute later is listed with the reason",
        arguments: [
            ("Makefile", 0o644, true), ("sub/package.json", 0o644, true), ("setup.py", 0o644, true),
            ("CMakeLists.txt", 0o644, true), ("build.gradle", 0o644, true), ("run.sh", 0o644, true),
            (".github/workflows/ci.yml", 0o644, true), ("tool", 0o755, true), ("Package.swift", 0o644, true),
            ("AGENTS.md", 0o644, true), ("sub/HEAD", 0o644, true), ("README.md", 0o644, false),
            ("Sources/main.swift", 0o644, false), ("notes.txt", 0o644, false),
        ] as [(String, UInt32, Bool)])
    func reviews(path: String, mode: UInt32, isListed: Bool) {
        #expect((ReviewedNames.reason(for: path, mode: mode) != nil) == isListed)
    }
}
