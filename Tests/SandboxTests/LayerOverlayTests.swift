import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A call that needs the whole tree works on an overlay of which only what is granted is published")
struct LayerOverlayTests {
    private let fixture: WorkspaceFixture

    init() throws {
        fixture = try WorkspaceFixture([
            "README.md": "read me\n", "src/a.c": "int a;\n", "src/b.c": "int b;\n", "src/lib/c.c": "int c;\n",
            "docs/x.md": "x\n", "Makefile": "all:\n", "gen/1": "1", "gen/sub/2": "2", "bin/tool": "#!/bin/sh\n",
        ])
        chmod(fixture("bin/tool"), 0o755)
    }

    @Test("Everything beneath the granted folder is published as the tool left it, the rest is discarded")
    func publishesFolder() async throws {
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, "src")))
        #expect(layer.mode == .overlay)
        let call = try layer.call(
            """
            echo 'int a = 1;' > src/a.c; rm src/b.c; mkdir -p src/new/deep; echo n > src/new/deep/n.c
            sed -i s/c/d/ src/lib/c.c; chmod 755 src/lib/c.c; ln -s ../a.c src/new/link; mkdir src/empty
            echo no > README.md; rm docs/x.md; echo no > docs/y.md; mv gen gen2 2>/dev/null || true; touch src/lib
            """)
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(
            difference.summary == [
                "created directory src/empty", "created directory src/new", "created directory src/new/deep",
                "created file src/new/deep/n.c", "created link src/new/link", "modified file src/a.c",
                "modified file src/lib/c.c", "removed file src/b.c",
            ])
        #expect(difference.refusals.contains("modify README.md"))
        #expect(difference.refusals.contains("remove docs/x.md"))
        #expect(difference.refusals.contains("create docs/y.md"))
        #expect(await layer.publish().summary == "published")
        #expect(fixture.text("src/a.c") == "int a = 1;\n")
        #expect(!File.exists(fixture("src/b.c")))
        #expect(fixture.text("src/new/link") == "int a = 1;\n")
        #expect(fixture.text("src/new/deep/n.c") == "n\n")
        #expect(try Descriptor.open(fixture("src/lib/c.c"), O_RDONLY).status().permissions == 0o755)
        #expect(fixture.text("README.md") == "read me\n" && fixture.text("docs/x.md") == "x\n")
        #expect(fixture.text("gen/sub/2") == "2")
        #expect(fixture.leftovers() == [])
    }

    @Test(
        "Removing, replacing and moving whole folders is published exactly",
        arguments: [
            (
                "rm -r gen",
                [
                    "removed directory gen", "removed directory gen/sub", "removed file gen/1",
                    "removed file gen/sub/2",
                ]
            ),
            (
                "rm -r gen; mkdir gen; echo 3 > gen/3",
                ["created file gen/3", "removed directory gen/sub", "removed file gen/1", "removed file gen/sub/2"]
            ),
            (
                "rm -r gen; mkdir -p gen/sub; echo 3 > gen/sub/3",
                ["created file gen/sub/3", "removed file gen/1", "removed file gen/sub/2"]
            ),
            (
                "rm -r gen; echo file > gen",
                [
                    "created file gen", "removed directory gen", "removed directory gen/sub", "removed file gen/1",
                    "removed file gen/sub/2",
                ]
            ),
            ("rm README.md; mkdir README.md", ["created directory README.md", "removed file README.md"]),
            ("rm README.md; ln -s docs/x.md README.md", ["created link README.md", "removed file README.md"]),
            ("mv README.md docs/", ["created file docs/README.md", "removed file README.md"]),
            ("chmod 600 README.md; touch Makefile", ["modeChanged file README.md"]),
            ("cp README.md r; mv r README.md; echo >> docs/x.md; echo x > docs/x.md", []),
        ])
    func publishesShapes(script: String, changes: [String]) async throws {
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        let call = try layer.call(script)
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(difference.summary == changes)
        #expect(difference.violations == [])
        #expect(await layer.publish().summary == (changes.isEmpty ? "nothing" : "published"))
        // What the tool would have done without a layer.
        let twin = try WorkspaceFixture()
        let setUp = """
            mkdir -p src/lib docs gen/sub bin; echo 'read me' > README.md; echo 'int a;' > src/a.c
            echo 'int b;' > src/b.c; echo 'int c;' > src/lib/c.c; echo x > docs/x.md; echo all: > Makefile
            printf 1 > gen/1; printf 2 > gen/sub/2; echo '#!/bin/sh' > bin/tool; chmod 755 bin/tool
            """
        #expect(Command.run(["sh", "-ec", setUp + "\n" + script], in: twin.folder("workspace")).status == 0)
        #expect(fixture.snapshot() == twin.snapshot())
    }

    @Test(
        "Protected files stay as they are under the widest grant",
        arguments: [
            "mkdir -p .git/hooks; echo x > .git/hooks/pre-commit", "echo x > .envrc",
            "mkdir .vscode; echo x > .vscode/tasks.json", "mkdir -p a/.GIT; echo x > a/.GIT/config",
            "ln -s .git/config x", "ln -s / root", "ln -s ../../etc etc",
            "ln -s src/../.. up", "mkfifo f", "echo x > .mcp.json; ln .mcp.json b; rm b", "ln -s .git .GIT",
        ])
    func protects(script: String) async throws {
        let before = fixture.snapshot()
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        let call = try layer.call(script)
        #expect(call.status == 0, "\(call.errorOutput)")
        #expect(try await !layer.compare().violations.isEmpty)
        for change in try await layer.compare().changes { #expect(change.entry == .directory) }
        _ = await layer.publish()
        let after = Command.run(["sh", "-c", "find . -type d -empty -delete"], in: fixture.folder("workspace"))
        #expect(after.status == 0 && fixture.snapshot() == before)
    }

    @Test("A folder that holds a protected file is not removed, and the reason names it")
    func keepsHoldingFolder() async throws {
        try fixture.folder.write("workspace/vendor/lib/.git/config", "[core]")
        try fixture.folder.write("workspace/vendor/lib/x.c", "x")
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        try layer.call("rm -r vendor; rm README.md")
        let difference = try await layer.compare()
        #expect(difference.summary == ["removed file README.md"])
        #expect(difference.violations.first?.detail.contains("vendor/lib/.git") == true)
        #expect(await layer.publish().summary == "published")
        #expect(fixture.text("vendor/lib/x.c") == "x" && !File.exists(fixture("README.md")))
    }

    @Test("A file that a person changed while the call ran is a conflict, and nothing is published")
    func noticesPeople() async throws {
        let layers = try fixture.layers()
        let layer = try await layers.layer(try fixture.grants((.writeUnder, "src")))
        try layer.call("echo tool > src/a.c; echo tool > src/b.c")
        try fixture.folder.write("workspace/src/b.c", "person")
        #expect(await layer.publish().summary == "conflict src/b.c: it was changed while the call ran")
        #expect(fixture.text("src/a.c") == "int a;\n" && fixture.text("src/b.c") == "person")
        #expect(fixture.leftovers() == [])
        // Positive control: the same change without the person.
        let again = try await layers.layer(try fixture.grants((.writeUnder, "src")))
        try again.call("echo tool > src/a.c; echo tool > src/b.c")
        #expect(await again.publish().summary == "published")
    }

    @Test("The diff of a change is what diff shows")
    func shows() async throws {
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        try layer.call("echo more >> README.md; rm docs/x.md; printf 'a\\0b' > bin/data; chmod 700 Makefile")
        var diffs: [String: FileDiff] = [:]
        for change in try await layer.compare().changes { diffs[change.path] = try await layer.diff(of: change) }
        #expect(diffs["README.md"] == .text("--- a/README.md\n+++ b/README.md\n@@ -1 +1,2 @@\n read me\n+more\n"))
        #expect(diffs["docs/x.md"] == .text("--- a/docs/x.md\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n"))
        #expect(diffs["bin/data"] == .binary)
        #expect(diffs["Makefile"] == .text(""))
        await layer.discard()
    }
}
