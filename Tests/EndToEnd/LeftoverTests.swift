import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("What a publication left behind is finished at the next start, whatever the ledger says of its call")
struct LeftoverTests {
    /// A folder of layers in which a publication stopped after staging, of a run whose calls all have their ends.
    private static func plant(in scene: Scene, state: String) throws -> String {
        let run = try #require(try scene.runs().last?["run"]?.stringValue)
        var status = stat()
        try #require(stat(scene.workspace, &status) == 0)
        let root = "\(UInt64(status.st_dev)):\(status.st_ino)"
        let temporary = ".agentbox-0123456789abcdef"
        try scene.folder.write("workspace/" + temporary, "half")
        let journal: JSON = [
            "version": 1, "state": "staging", "workspace": .string(scene.workspace), "root": .string(root),
            "record": 7,
            "operations": [
                [
                    "kind": "install", "folder": ".", "folderIdentity": .string(root), "name": "new.txt",
                    "temporary": .string(temporary), "contents": [],
                ]
            ],
        ]
        try scene.folder.write("home/runs/\(run)/layers/0009/" + state, journal.encodedString() + "\n")
        scene.giveAway()
        return temporary
    }

    @Test("A journal of a run that has ended is rolled back", arguments: Person.possible)
    func rolledBack(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.write")
        let first = try scene.call("fs.write", ["path": "a.txt", "content": "a"])
        #expect(first["outcome"]?["status"] == "succeeded", "\(first.encodedString())")
        let left = try Self.plant(in: scene, state: "journal")
        let layer = Command.run(["/bin/sh", "-c", "ls -d \(scene.home)/runs/*/layers/0009"]).output
        #expect(scene.file(left) == "half" && layer.contains("0009"))
        let next = scene.agentbox(["call", "--intent", scene.intent, "fs.write", "path=b.txt", "content=b"])
        #expect(next.status == 0 && !next.errorOutput.contains("run 2"), "\(next)")
        #expect(scene.file(left) == nil && scene.file("new.txt") == nil)
        #expect(Command.run(["/bin/sh", "-c", "ls \(scene.home)/runs/*/layers"]).output.contains("0009") == false)
        #expect(scene.file("a.txt") == "a" && scene.file("b.txt") == "b")
    }

    @Test("One that cannot be finished is named, and keeps nobody from starting")
    func reported() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.write")
        _ = try scene.call("fs.write", ["path": "a.txt", "content": "a"])
        _ = try Self.plant(in: scene, state: "journal")
        // The workspace of that run is another folder now.
        let moved = Command.run(
            [
                "/bin/sh", "-ec",
                "cp -a \(scene.workspace) \(scene.workspace).new; rm -r \(scene.workspace); mv \(scene.workspace).new \(scene.workspace)",
            ])
        #expect(moved.status == 0)
        let next = scene.agentbox(["call", "--intent", scene.intent, "fs.write", "path=b.txt", "content=b"])
        #expect(next.status == 0 && next.errorOutput.contains("is another folder now"), "\(next)")
    }

    @Test("Positive control: a run that lives is left alone")
    func alive() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.write")
        let host = try BackgroundAgentbox(scene, ["run", scene.intent, "--", "/bin/sh", "-c", "echo up; sleep 60"])
        #expect(try host.line() == "up")
        let left = try Self.plant(in: scene, state: "journal")
        _ = try scene.call("fs.write", ["path": "b.txt", "content": "b"])
        #expect(scene.file(left) == "half")
        host.kill()
        _ = try scene.call("fs.write", ["path": "b.txt", "content": "c"])
        #expect(scene.file(left) == nil)
    }
}
