import Glibc
import LinuxIO
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A host that is killed while it publishes leaves the old state or the new one")
struct LayerCrashTests {
    @Test("Killed at random moments, recovered, and killed again")
    func survivesKill() throws {
        let fixture = try WorkspaceFixture([
            "a.txt": "0\n", "b.txt": "0\n", "dir/c.txt": "0\n", "gen-0/0": "0\n", "other": "stays\n",
        ])
        var generation = 0
        var total = LayerRecovery()
        var interrupted = 0
        for round in 0..<40 {
            let helper = try HelperProcess(
                "LayerTestHelper",
                [fixture.folder("workspace"), fixture.folder("home"), fixture.run, String(generation + 1)])
            for _ in 0...(round % 3) {
                let line = try #require(try helper.line(), "the helper ended by itself")
                #expect(Int(line) != nil, "\(line)")
            }
            // Somewhere in the middle of the next one: publishing one takes a few milliseconds.
            usleep(UInt32.random(in: 0..<12_000))
            helper.kill()
            let before = Command.run(["ls", fixture.run + "/layers"]).output
            if !before.isEmpty { interrupted += 1 }

            let recovery = try RunLayers.recover(runDirectory: fixture.run)
            #expect(recovery.unresolved == [] && recovery.failures == [])
            total.completed += recovery.completed
            total.rolledBack += recovery.rolledBack
            generation = try Self.generation(of: fixture)
            #expect(fixture.leftovers() == [])
            #expect(Command.run(["ls", fixture.run + "/layers"]).output == "")
        }
        #expect(interrupted > 0, "no kill hit a publication")
        #expect(total.rolledBack > 0, "no kill hit a publication between its steps")
    }

    /// Every file is of one generation, which is the last one on record; its number.
    static func generation(of fixture: WorkspaceFixture) throws -> Int {
        let text = try #require(fixture.text("a.txt"))
        let generation = try #require(Int(text.dropLast()))
        for path in ["b.txt", "dir/c.txt", "gen-\(generation)/0"] { #expect(fixture.text(path) == text) }
        let folders = Command.run(["sh", "-c", "ls -d gen-*"], in: fixture.folder("workspace")).output
        #expect(folders == "gen-\(generation)\n")
        #expect(fixture.text("other") == "stays\n")
        let records = try ChangeStore(runDirectory: fixture.run).records()
        #expect(records.last?.origin.call ?? "0" == String(generation))
        #expect(records.map(\.number) == Array(1...max(1, records.count)) || records.isEmpty)
        return generation
    }

    @Test("What somebody wrote after the crash is kept, and reported")
    func keepsLaterEdits() throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "b.txt": "old"])
        let operation = try stagedReplacement(of: "a.txt", in: fixture)
        try fixture.folder.write("workspace/a.txt", "person, after the crash")
        let recovery = try RunLayers.recover(runDirectory: fixture.run)
        #expect(recovery.unresolved == ["a.txt"] && recovery.rolledBack == 1)
        #expect(fixture.text("a.txt") == "person, after the crash")
        #expect(fixture.text(operation.temporary) == "old", "what was there before is not thrown away")
    }

    @Test("A journal that was torn by the crash counts as far as it was written")
    func readsTornJournal() throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "b.txt": "old"])
        _ = try stagedReplacement(of: "a.txt", in: fixture, tail: "{\"state\":\"stag")
        let recovery = try RunLayers.recover(runDirectory: fixture.run)
        #expect(recovery.rolledBack == 1 && recovery.unresolved == [])
        #expect(fixture.text("a.txt") == "old" && fixture.leftovers() == [])
    }

    /// What the disk lost of a publication that is on record, and what was done to the workspace since.
    struct Loss: Sendable, CustomTestStringConvertible {
        let kind: PublishOperation.Kind
        var later = ""
        /// Of `a.txt` and of `unresolved`, after recovery.
        var text: String? = "new"
        var unresolved: [String] = []
        var testDescription: String { "\(kind.rawValue) \(later)" }
    }

    @Test(
        "A publication that is on record is carried out, whatever the disk lost of it, and nobody's later work is touched",
        arguments: [
            Loss(kind: .replace), Loss(kind: .install), Loss(kind: .remove, text: nil), Loss(kind: .chmod, text: "old"),
            Loss(kind: .replace, later: "echo person > a.txt", text: "person\n", unresolved: ["a.txt"]),
            Loss(kind: .install, later: "echo person > a.txt", text: "person\n", unresolved: ["a.txt"]),
            Loss(kind: .remove, later: "echo person > a.txt", text: "person\n"),
            Loss(kind: .chmod, later: "chmod 600 a.txt", text: "old"),
        ])
    func completes(_ loss: Loss) throws {
        let fixture = try WorkspaceFixture(loss.kind == .install ? [:] : ["a.txt": "old"])
        if loss.kind != .install { chmod(fixture("a.txt"), 0o644) }
        let operation = try lost(loss.kind, in: fixture, isSettled: false)
        #expect(Command.run(["sh", "-ec", loss.later], in: fixture.folder("workspace")).status == 0)
        let recovery = try RunLayers.recover(runDirectory: fixture.run)
        #expect(recovery.completed == 1 && recovery.rolledBack == 0 && recovery.failures == [])
        #expect(recovery.unresolved == loss.unresolved && fixture.text("a.txt") == loss.text)
        if !loss.unresolved.isEmpty { #expect(fixture.text(operation.temporary) == "new", "nothing is lost") }
        if loss.unresolved.isEmpty { #expect(fixture.leftovers() == []) }
        guard loss.kind == .chmod else { return }
        let mode = try Descriptor.open(fixture("a.txt"), pathOnly).status().permissions
        #expect(mode == (loss.later.isEmpty ? 0o755 : 0o600))
    }

    @Test("A folder that was to go stays where something is in it, which may be newer than the publication")
    func leavesFullFolders() throws {
        let fixture = try WorkspaceFixture(["a.txt/sub/inner": "old"])
        _ = try lost(.remove, in: fixture, isSettled: false)
        try fixture.folder.write("workspace/a.txt/sub/inner", "person")
        let recovery = try RunLayers.recover(runDirectory: fixture.run)
        #expect(recovery.unresolved == ["a.txt"] && recovery.failures == [] && fixture.leftovers() == [])
        #expect(fixture.text("a.txt/sub/inner") == "person")
    }

    @Test("Once all of it was on the disk, recovery only tidies up: a person may have brought the old state back")
    func leavesSettled() throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        chmod(fixture("a.txt"), 0o644)
        _ = try lost(.chmod, in: fixture, isSettled: true)
        #expect(try RunLayers.recover(runDirectory: fixture.run).completed == 1)
        #expect(try Descriptor.open(fixture("a.txt"), pathOnly).status().permissions == 0o644)
    }

    /// The state of a disk to which the record came and the step did not.
    private func lost(
        _ kind: PublishOperation.Kind, in fixture: WorkspaceFixture, isSettled: Bool
    ) throws -> PublishOperation {
        let root = fixture.workspace.descriptor
        var operation = PublishOperation(
            kind: kind, folder: ".", folderIdentity: InodeNumber(try root.status()), name: "a.txt",
            temporary: TemporaryName.fresh(), lock: nil, base: try root.status(of: "a.txt").map { FileStamp($0) })
        (operation.oldMode, operation.newMode) = kind == .chmod ? (0o644, 0o755) : (nil, nil)
        try fixture.folder.folder("home/run/layers/0001")
        let layer = try Descriptor.open(fixture.run + "/layers/0001", pathOnly).shared()
        let plan = JournalPlan(
            workspace: fixture.workspace.path, root: InodeNumber(try root.status()), record: 1, operations: [operation])
        let journal = try Journal(in: layer, plan)
        if kind == .replace || kind == .install { try fixture.folder.write("workspace/" + operation.temporary, "new") }
        try journal.staged([try root.status(of: operation.temporary).map { FileStamp($0) }])
        if isSettled { try journal.settled() }
        let changes = try ChangeStore(runDirectory: fixture.run)
        let record = ChangeRecord(
            number: 1, time: .now(), origin: ChangeOrigin(tool: "test", call: "1"), workspace: fixture.workspace.path,
            changes: [])
        _ = try changes.prepare(record, in: layer)
        try changes.confirm(1, from: layer)
        return operation
    }

    @Test("A journal of another build, or of another workspace, is left alone and reported")
    func refusesForeignJournal() throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        try fixture.folder.folder("home/run/layers/0001")
        try fixture.folder.write("home/run/layers/0001/journal", "{\"version\":2}\n")
        let recovery = try RunLayers.recover(runDirectory: fixture.run)
        #expect(recovery.failures.count == 1 && recovery.rolledBack == 0)
        #expect(File.exists(fixture.run + "/layers/0001/journal"))
    }

    /// The state of a host that died right after the first rename.
    private func stagedReplacement(
        of name: String, in fixture: WorkspaceFixture, tail: String = ""
    ) throws -> PublishOperation {
        let root = fixture.workspace.descriptor
        let base = try #require(try root.status(of: name))
        let operation = PublishOperation(
            kind: .replace, folder: ".", folderIdentity: InodeNumber(try root.status()), name: name,
            temporary: TemporaryName.fresh(), lock: nil, base: FileStamp(base))
        try fixture.folder.folder("home/run/layers/0001")
        let layer = try Descriptor.open(fixture.run + "/layers/0001", pathOnly).shared()
        let plan = JournalPlan(
            workspace: fixture.workspace.path, root: InodeNumber(try root.status()), record: 1, operations: [operation])
        let journal = try Journal(in: layer, plan)
        try fixture.folder.write("workspace/" + operation.temporary, "new")
        try journal.staged([FileStamp(try #require(try root.status(of: operation.temporary)))])
        try root.exchange(operation.temporary, name)
        if !tail.isEmpty {
            let file = try Descriptor.open("journal", in: layer, O_WRONLY | O_APPEND)
            try file.writeAll(Array(tail.utf8))
        }
        return operation
    }
}
