import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@testable import Sandbox

/// Cold and from a launcher that keeps templates; each with the same calls in the shared view as the control.
@Suite("In a view of its own a call finds no names of the workspace but those of its grants")
struct OwnViewTests {
    private static let files = [
        "a.txt": "a\n", "b.txt": "b\n", "secret.txt": "s\n", "src/one.c": "1\n", "src/deep/two.c": "2\n",
        "src-old/three.c": "3\n", "docs/d.md": "d\n", "out/kept": "k\n", ".env": "KEY=1\n",
    ]
    /// Every way in which a program asks whether a name exists, and what it says of one that does.
    private static let ask = #"""
        import os, stat
        found = []
        for name in NAMES:
            path = "/workspace/" + name
            ways = {
                "stat": lambda: os.stat(path), "lstat": lambda: os.lstat(path), "access": lambda: os.access(path, os.F_OK) or 1 / 0,
                "path": lambda: os.close(os.open(path, os.O_PATH)), "readlink": lambda: os.readlink(path),
                "list": lambda: os.listdir(path), "open": lambda: open(path).close(),
                "proc": lambda: os.stat("/proc/self/root" + path), "cwd": lambda: os.stat("/proc/self/cwd/../workspace/" + name),
                "chdir": lambda: (os.chdir(path), os.chdir("/workspace")), "execute": lambda: exists(os.execv, path),
                "dotdot": lambda: os.stat("/workspace/../workspace/" + name), "xattr": lambda: os.listxattr(path),
                "chmod": lambda: os.chmod(path, 0o600), "times": lambda: os.utime(path), "truncate": lambda: os.truncate(path, 0),
            }
            for way, look in ways.items():
                try:
                    look()
                    found.append(way)
                except FileNotFoundError:
                    pass
                except OSError as error:
                    # Any other answer tells that there is something.
                    found.append(way + str(error.errno))
                except ZeroDivisionError:
                    pass
        print(" ".join(found) or "nothing")
        """#

    private static func script(asking names: [String]) -> String {
        ask.replacing("NAMES", with: "[\(names.map { "\"\($0)\"" }.joined(separator: ", "))]")
            .replacing("exists(os.execv, path)", with: "os.execv(path, [path])")
    }

    private static func profile(_ view: SandboxProfile.View) -> ResolvedProfile {
        LaunchFixture.profile {
            $0.workspace = .granted
            $0.view = view
        }
    }

    private struct Answer {
        let report: CallReport
        let difference: LayerDifference?
        let outcome: PublishOutcome?
    }

    /// Runs a program on the grants, with a layer if they need one.
    private func run(
        _ words: [String], _ project: WorkspaceFixture, _ layers: RunLayers, _ launch: LaunchFixture,
        _ view: SandboxProfile.View, _ granted: [(GrantWord, String)]
    ) async throws -> Answer {
        let grants = try granted.map { word, path in
            ResolvedGrant(word: word, path: try project.workspace.resolve(path, for: word), program: nil, gitPart: nil)
        }
        let profile = Self.profile(view)
        let layer = try await layers.prepare(
            for: grants, profile: profile,
            owner: LayerOwner(user: launch.identity.hostUser, group: launch.identity.hostGroup))
        let report = try await launch.run(words[0], Array(words.dropFirst()), profile: profile) {
            $0.workspace = project.workspace
            $0.grants = grants
            $0.layer = layer?.mount
        }
        let difference = try await layer?.compare()
        return Answer(report: report, difference: difference, outcome: await layer?.publish())
    }

    private func both(_ check: (LaunchFixture) async throws -> Void) async throws {
        try await check(try LaunchFixture())
        let warm = try LaunchFixture(keepsTemplates: true)
        for _ in 0..<2 { try await check(warm) }
    }

    @Test func `names that no grant gives do not exist, whichever way they are asked for`() async throws {
        let project = try WorkspaceFixture(Self.files, links: ["link": "secret.txt"])
        let layers = try project.layers()
        let hidden = ["secret.txt", "docs", "docs/d.md", "src-old", "src-old/three.c", ".env", "out", "link", "b.txt"]
        let python = ["/usr/bin/python3", "-c", Self.script(asking: hidden)]
        let sets: [[(GrantWord, String)]] = [
            [(.read, "a.txt"), (.readUnder, "src")],  // only read
            [(.read, "a.txt"), (.write, "src/one.c"), (.create, "new.txt")],  // copies
            [(.write, "a.txt"), (.readUnder, "src"), (.writeUnder, "src/deep")],  // an overlay on a folder
        ]
        for granted in sets {
            try await both { launch in
                let own = try await run(python, project, layers, launch, .own, granted)
                #expect(own.report.text == "nothing\n", "\(granted) \(own.report.errors)")
            }
        }
        // The control: in the shared view they are there, as far as the call does not work on copies.
        let shared = try await run(python, project, layers, try LaunchFixture(), .shared, sets[0])
        #expect(shared.report.text.contains("stat lstat access path"), "\(shared.report.text)\(shared.report.errors)")
    }

    @Test func `what the grants name is there, under its name and not more than granted`() async throws {
        let project = try WorkspaceFixture(Self.files)
        let layers = try project.layers()
        let script = """
            pwd; ls -A /workspace /workspace/src; cat a.txt src/one.c src/deep/two.c
            ls docs; cat docs/d.md 2>/dev/null || echo unread
            touch a.txt src/one.c new src/new 2>/dev/null && echo wrote
            mv src/one.c src/x 2>/dev/null && echo moved; rm -f a.txt 2>/dev/null && echo removed; true
            """
        try await both { launch in
            let answer = try await run(
                ["/bin/sh", "-c", script], project, layers, launch, .own,
                [(.read, "a.txt"), (.readUnder, "src"), (.list, "docs"), (.readUnder, "src/deep")])
            #expect(
                answer.report.text
                    == "/workspace\n/workspace:\na.txt\ndocs\nsrc\n\n/workspace/src:\ndeep\none.c\na\n1\n2\nd.md\nunread\n",
                "\(answer.report.errors)")
        }
    }

    @Test func `a call writes its files, and they are published; nothing else is`() async throws {
        let project = try WorkspaceFixture(Self.files)
        let layers = try project.layers()
        let script = """
            echo A >a.txt.new && mv a.txt.new a.txt; echo N >notes.txt; cat src/one.c >out/copy; rm out/kept
            mkdir out/sub && echo S >out/sub/s; echo X >elsewhere; mkdir docs; echo D >docs/d.md
            echo 9 >src/one.c 2>/dev/null && echo wrote; mv out gone 2>/dev/null && echo moved; ls -A
            """
        try await both { launch in
            let before = Self.files.keys.filter { !$0.hasPrefix("out") && $0 != "a.txt" }.map { project.text($0) }
            try project.folder.write("workspace/a.txt", "a\n")
            for name in ["notes.txt", "out/copy", "out/sub/s"] { unlink(project(name)) }
            rmdir(project("out/sub"))
            try project.folder.write("workspace/out/kept", "k\n")
            let answer = try await run(
                ["/bin/sh", "-c", script], project, layers, launch, .own,
                [(.write, "a.txt"), (.create, "notes.txt"), (.writeUnder, "out"), (.readUnder, "src")])
            #expect(answer.report.text == "a.txt\ndocs\nelsewhere\nnotes.txt\nout\nsrc\n", "\(answer.report.errors)")
            #expect(
                answer.difference?.summary == [
                    "created directory out/sub", "created file notes.txt", "created file out/copy",
                    "created file out/sub/s", "modified file a.txt", "removed file out/kept",
                ])
            #expect(answer.difference?.refusals == ["create docs/d.md", "create elsewhere", "mkdir docs"])
            #expect(answer.outcome?.summary == "published")
            #expect(project.text("a.txt") == "A\n" && project.text("notes.txt") == "N\n")
            #expect(project.text("out/copy") == "1\n" && project.text("out/kept") == nil)
            #expect(before == Self.files.keys.filter { !$0.hasPrefix("out") && $0 != "a.txt" }.map { project.text($0) })
            #expect(project.text("elsewhere") == nil && project.leftovers().isEmpty)
        }
    }

    @Test func `who moves the folder above a granted one publishes nothing by it`() async throws {
        let project = try WorkspaceFixture(["in/out/kept": "k\n", "in/secret": "s\n"])
        let script = """
            mv in moved && mkdir -p in/out && echo forged >in/out/kept && echo new >in/secret; echo N >moved/out/new; true
            """
        try await both { launch in
            let answer = try await run(
                ["/bin/sh", "-c", script], project, try project.layers(), launch, .own, [(.writeUnder, "in/out")])
            #expect(project.text("in/secret") == "s\n" && project.text("in/out/kept") == "k\n")
            #expect(answer.difference?.summary.contains { $0.contains("secret") || $0.contains("kept") } == false)
            #expect(answer.difference?.refusals.isEmpty == false)
            unlink(project("in/out/new"))
        }
    }

    @Test func `a file in a folder that is read is written through the folder`() async throws {
        let project = try WorkspaceFixture(Self.files)
        try await both { launch in
            try project.folder.write("workspace/src/one.c", "1\n")
            let answer = try await run(
                ["/bin/sh", "-c", "echo 11 >src/x && mv src/x src/one.c; echo Y >src/other; ls -A src"], project,
                try project.layers(), launch, .own, [(.readUnder, "src"), (.write, "src/one.c")])
            #expect(answer.report.text == "deep\none.c\nother\n", "\(answer.report.errors)")
            #expect(answer.difference?.summary == ["modified file src/one.c"])
            #expect(answer.difference?.refusals == ["create src/other"])
            #expect(answer.outcome?.summary == "published" && project.text("src/one.c") == "11\n")
        }
    }

    @Test func `two calls at once see nothing of each other's names`() async throws {
        let project = try WorkspaceFixture(Self.files)
        let layers = try project.layers()
        let launch = try LaunchFixture(keepsTemplates: true)
        _ = try await run(["/bin/true"], project, layers, launch, .own, [(.read, "a.txt")])
        let texts = try await withThrowingTaskGroup(of: String.self) { group in
            for name in ["a.txt", "b.txt", "secret.txt", "docs", "src"] {
                group.addTask {
                    let word: GrantWord = name.contains(".") ? .read : .readUnder
                    let words = ["/bin/sh", "-c", "sleep 0.1; ls -A /workspace"]
                    return try await run(words, project, layers, launch, .own, [(word, name)]).report.text
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(texts == ["a.txt\n", "b.txt\n", "secret.txt\n", "docs\n", "src\n"])
    }

    @Test func `folders that grants open are told apart from those that only sound alike`() throws {
        let project = try WorkspaceFixture(Self.files)
        let names = OwnNames(
            try project.grants(
                (.readUnder, "src"), (.read, "src/one.c"), (.read, "src-old/three.c"), (.writeUnder, "src/deep"),
                (.list, "docs"), (.create, "docs/new"), (.create, "new")))
        #expect(names.folders.map(\.path) == ["src", "docs"] && names.folders.map(\.isWritten) == [true, true])
        #expect(names.exact.compactMap(\.path?.relative) == ["src-old/three.c", "new"])
        #expect(!names.isWhole)
        #expect(OwnNames(try project.grants((.list, "."), (.read, "a.txt"))).isWhole)
    }
}
