import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("What a run changed can be taken back, name by name, unless somebody changed it since")
struct LayerUndoTests {
    private let fixture: WorkspaceFixture

    init() throws {
        fixture = try WorkspaceFixture([
            "a.txt": "a\n", "b.txt": "b\n", "dir/c.txt": "c\n", "dir/sub/d.txt": "d\n", "keep": "keep\n",
        ])
        symlink("a.txt", fixture("link"))
    }

    /// One call after the other, each published.
    private func run(_ scripts: [String]) async throws {
        let layers = try fixture.layers()
        defer { layers.close() }
        for script in scripts {
            let layer = try await layers.layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
            let call = try layer.call(script)
            try #require(call.status == 0, "\(call.errorOutput)")
            #expect(await layer.publish().summary == "published")
        }
    }

    private func undo(_ paths: [String]? = nil) throws -> UndoReport {
        try RunLayers.undo(runDirectory: fixture.run, paths: paths)
    }

    @Test(
        "Everything is as before, and a second undo has nothing to do",
        arguments: [
            ["echo 1 > a.txt", "echo 2 > a.txt; chmod 755 b.txt"], ["rm -r dir"],
            ["mkdir -p n/m; echo x > n/m/x; echo y > n/y"],
            ["rm a.txt", "echo back > a.txt"], ["rm b.txt; mkdir b.txt; echo x > b.txt/x"],
            ["rm -r dir; echo file > dir"], ["ln -sfn b.txt link; ln -s keep new"], ["rm link; echo file > link"],
            ["echo x > new", "rm new", "echo y > new", "mv new dir/c.txt"], ["chmod 600 keep", "echo z >> keep"],
            ["rm -r dir/sub", "mkdir dir/sub; echo e > dir/sub/e"], ["mkdir x", "mkdir x/y", "echo z > x/y/z"],
        ])
    func undoes(scripts: [String]) async throws {
        let before = fixture.snapshot()
        try await run(scripts)
        #expect(fixture.snapshot() != before)
        let report = try undo()
        #expect(report.conflicts == [])
        #expect(fixture.snapshot() == before)
        #expect(fixture.leftovers() == [])
        #expect(NetChanges.of(try ChangeStore(runDirectory: fixture.run).records()) == [])
        #expect(try undo().record == nil)
    }

    @Test("While the run lives, nothing of it is taken back")
    func waitsForTheEnd() throws {
        let layers = try fixture.layers()
        #expect(throws: LayerError(.runInUse, "")) { try undo() }
        layers.close()
        #expect(try undo().conflicts == [])
    }

    @Test("What a person changed since stays, and is named with the reason")
    func keepsLaterEdits() async throws {
        try await run([
            "echo 1 > a.txt; echo 1 > b.txt; mkdir n; echo x > n/x; rm keep", "rm dir/c.txt; echo m > m; chmod 700 m",
        ])
        try fixture.folder.write("workspace/a.txt", "person\n")
        try fixture.folder.write("workspace/n/mine", "person\n")
        try fixture.folder.write("workspace/keep", "person\n")
        chmod(fixture("m"), 0o600)
        let report = try undo()
        #expect(
            report.conflicts.map { "\($0.path): \($0.reason)" }.sorted() == [
                "a.txt: it is not what the run left there any more", "keep: somebody made it anew",
                "m: it is not what the run left there any more", "n: it holds files that are not the run's",
            ])
        #expect(fixture.text("a.txt") == "person\n" && fixture.text("keep") == "person\n")
        #expect(fixture.text("b.txt") == "b\n" && fixture.text("dir/c.txt") == "c\n")
        #expect(fixture.text("n/mine") == "person\n" && !File.exists(fixture("n/x")))
    }

    @Test("One name, or one folder, can be taken back alone")
    func undoesSome() async throws {
        try await run(["echo 1 > a.txt; echo 1 > dir/c.txt; rm -r dir/sub"])
        #expect(try undo(["dir"]).conflicts == [])
        #expect(fixture.text("a.txt") == "1\n" && fixture.text("dir/c.txt") == "c\n")
        #expect(fixture.text("dir/sub/d.txt") == "d\n")
        #expect(try undo(["a.txt"]).record?.changes.map(\.path) == ["a.txt"])
        #expect(fixture.text("a.txt") == "a\n")
    }

    @Test("Diffs of a run come from what was kept, whatever the files hold now")
    func showsLater() async throws {
        try await run(["echo 1 > a.txt", "echo 2 > a.txt", "echo n > new; rm b.txt"])
        try fixture.folder.write("workspace/a.txt", "person\n")
        let store = try ChangeStore(runDirectory: fixture.run)
        let net = NetChanges.of(try store.records())
        #expect(net.map(\.path) == ["a.txt", "b.txt", "new"])
        let old = try store.content(try #require(net[0].oldDigest), limit: 100)
        let new = try store.content(try #require(net[0].newDigest), limit: 100)
        #expect(UnifiedDiff.text(old: old, new: new, path: "a.txt")?.hasSuffix("@@ -1 +1 @@\n-a\n+2\n") == true)
    }

    @Test("A record that was tampered with is refused")
    func refusesDamage() async throws {
        try await run(["echo 1 > a.txt"])
        try fixture.folder.write("home/run/changes/0001.json", "{\"version\":1,\"number\":2}")
        #expect(throws: LayerError(.damagedRecord, "")) { try undo() }
    }
}
