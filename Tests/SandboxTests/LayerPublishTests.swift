import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A publication is whole or does not happen")
struct LayerPublishTests {
    /// What a person does meanwhile, and what the call hears.
    struct Meanwhile: Sendable, CustomTestStringConvertible {
        let script: String
        let outcome: String
        var testDescription: String { script }
    }

    private static let interventions = [
        Meanwhile(script: "echo person > a.txt", outcome: "conflict a.txt: it was changed while the call ran"),
        Meanwhile(script: "echo p > x; mv x a.txt", outcome: "conflict a.txt: it was changed while the call ran"),
        Meanwhile(script: "rm a.txt", outcome: "conflict a.txt: it was removed while the call ran"),
        Meanwhile(
            script: "rm a.txt; ln -s /etc/hostname a.txt", outcome: "conflict a.txt: it was changed while the call ran"),
        Meanwhile(script: "chmod 600 a.txt", outcome: "conflict a.txt: it was changed while the call ran"),
        Meanwhile(script: "echo p > d/new", outcome: "conflict d/new: it was created while the call ran"),
    ]

    @Test("Whatever a person did to a granted name before the end is a conflict", arguments: interventions)
    func noticesBeforeCompare(_ meanwhile: Meanwhile) async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        let layer = try await change(fixture)
        #expect(Command.run(["sh", "-ec", meanwhile.script], in: fixture.folder("workspace")).status == 0)
        let state = fixture.snapshot()
        #expect(await layer.publish().summary == meanwhile.outcome)
        #expect(fixture.snapshot() == state)
        #expect(fixture.leftovers() == [])
        #expect(try records(fixture) == [])
    }

    @Test("So is what happens between the comparison and the publication", arguments: interventions)
    func noticesAfterCompare(_ meanwhile: Meanwhile) async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        let layer = try await change(fixture)
        #expect(try await layer.compare().changes.count == 4)
        #expect(Command.run(["sh", "-ec", meanwhile.script], in: fixture.folder("workspace")).status == 0)
        let state = fixture.snapshot()
        #expect(await layer.publish().summary.hasPrefix("conflict "))
        #expect(fixture.snapshot() == state)
        #expect(fixture.leftovers() == [])
        #expect(try records(fixture) == [])
    }

    @Test("No two publications have a number in common: the journal of one that failed is nobody else's to carry out")
    func numbersAreUsedOnce() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let layers = try fixture.layers()
        let failing = try await layers.layer(try fixture.grants((.write, "a.txt")))
        try failing.call("echo call > a.txt")
        #expect(try await failing.compare().changes.count == 1)
        try fixture.folder.write("workspace/a.txt", "person")
        #expect(await failing.publish().summary.hasPrefix("conflict "))
        let next = try await layers.layer(try fixture.grants((.write, "a.txt")))
        try next.call("echo call > a.txt")
        #expect(await next.publish().summary == "published")
        #expect(try ChangeStore(runDirectory: fixture.run).records().map(\.number) == [2])
    }

    @Test("What was changed in the layer after the comparison, which people may have approved, is not published")
    func publishesWhatWasCompared() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        let layer = try await change(fixture)
        let path = try layer.path
        #expect(try await layer.compare().changes.count == 4)
        try #require(Command.run(["sh", "-ec", "echo other > a.txt"], in: path).status == 0)
        let state = fixture.snapshot()
        let reason = "what the call wrote was changed after it was compared"
        #expect(await layer.publish().summary == "conflict a.txt: \(reason)")
        #expect(fixture.snapshot() == state)
        #expect(fixture.leftovers() == [])
    }

    @Test(
        "A folder that was moved away or replaced by a link is a conflict",
        arguments: ["mv d e", "mv d e; mkdir d; cp e/* d", "mv d ../e; ln -s ../e d", "mv d e; ln -s /tmp d"])
    func noticesFolders(script: String) async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        let layer = try await change(fixture)
        #expect(try await layer.compare().changes.count == 4)
        #expect(Command.run(["sh", "-ec", script], in: fixture.folder("workspace")).status == 0)
        let state = fixture.snapshot()
        #expect(await layer.publish().summary.hasPrefix("conflict d/"))
        #expect(fixture.snapshot() == state)
    }

    @Test("Left alone, all of it is published")
    func publishes() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        #expect(try await change(fixture).publish().summary == "published")
        for path in ["a.txt", "d/b.txt", "c.txt", "d/new"] { #expect(fixture.text(path) == "new\n") }
        let record = try #require(try records(fixture).first)
        #expect(record.changes.map(\.path) == ["a.txt", "c.txt", "d/b.txt", "d/new"])
        #expect(record.origin.tool == "test" && ChangeRecord(record.json()) == record)
    }

    @Test("A mode that a call sets does not reach the file's other names, wherever they are")
    func sharedModes() async throws {
        let fixture = try WorkspaceFixture(["shared": "s", "single": "s", "closed": "c"])
        let outside = try ["shared", "closed"].map { name in
            chmod(fixture("closed"), 0)
            let other = fixture.folder("outside-" + name)
            try #require(link(fixture(name), other) == 0)
            return other
        }
        func mode(_ path: String) throws -> UInt32 { try Descriptor.open(path, pathOnly).status().permissions }
        let inode = try Descriptor.open(fixture("single"), pathOnly).status().inode
        let layers = try fixture.layers()
        let layer = try await layers.layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        #expect(try layer.call("chmod 777 shared single").status == 0)
        #expect(await layer.publish().summary == "published")
        #expect(try mode(outside[0]) == 0o644)
        #expect(try mode(fixture("shared")) == 0o777 && fixture.text("shared") == "s")
        // The control: where there is one name, the file itself takes the mode.
        #expect(try Descriptor.open(fixture("single"), pathOnly).status().inode == inode)
        #expect(try mode(fixture("single")) == 0o777)

        // To compare an unreadable file opens it for nobody, except that root reads it anyway.
        let reader = try await layers.layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        try reader.call("chmod 644 closed")
        _ = await reader.publish()
        #expect(try mode(outside[1]) == 0)
        layers.close()

        // Taken back, a name that was linked since is no way out either.
        let late = fixture.folder("outside-late")
        try #require(link(fixture("single"), late) == 0)
        _ = try RunLayers.undo(runDirectory: fixture.run, paths: ["single", "shared"])
        #expect(try mode(fixture("single")) == 0o644 && mode(late) == 0o777)
        #expect(try mode(fixture("shared")) == 0o644)
        #expect(fixture.leftovers() == [])
    }

    private func change(_ fixture: WorkspaceFixture) async throws -> WriteLayer {
        let grants = try fixture.grants((.write, "a.txt"), (.write, "d/b.txt"), (.write, "c.txt"), (.create, "d/new"))
        let layer = try await fixture.layers().layer(grants)
        try layer.call("for f in a.txt d/b.txt c.txt d/new; do echo new > $f; done")
        return layer
    }

    private func records(_ fixture: WorkspaceFixture) throws -> [ChangeRecord] {
        try ChangeStore(runDirectory: fixture.run).records()
    }

    @Test("Names swapped at full speed during publications: nothing outside changes, nothing is lost")
    func survivesRace() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "0"])
        let outside = try fixture.folder.write("outside", "untouched")
        symlink(outside, fixture("swap"))
        let spinning = Locked(true)
        let (name, swap) = (fixture("a.txt"), fixture("swap"))
        let racer = Race {
            while spinning.withLock({ $0 }) {
                // Away and back, with pauses, so that publications have a chance.
                _ = Exchange.names(name, swap) && Exchange.names(name, swap)
                usleep(UInt32.random(in: 0..<20_000))
            }
        }
        let layers = try fixture.layers()
        var outcomes: [String: Int] = [:]
        for round in 1...80 {
            guard let path = try? fixture.workspace.resolve("a.txt", for: .write) else { continue }
            let grant = ResolvedGrant(word: .write, path: path, program: nil, gitPart: nil)
            guard let layer = try? await layers.layer([grant]) else { continue }
            guard path.relative == "a.txt", path.isDirect else { continue }
            try layer.call("echo \(round) > a.txt")
            let outcome = await layer.publish().summary
            outcomes[String(outcome.prefix(8)), default: 0] += 1
        }
        spinning.withLock { $0 = false }
        racer.wait()
        #expect(File.text(of: outside) == "untouched")
        #expect(outcomes["failed: "] == nil, "\(outcomes)")
        // Positive control: left alone, the next one is published.
        if File.text(of: name) == "untouched" { _ = Exchange.names(name, swap) }
        let last = try await layers.layer(try fixture.grants((.write, "a.txt")))
        try last.call("echo last > a.txt")
        #expect(await last.publish().summary == "published")
        #expect(fixture.text("a.txt") == "last\n")
        #expect(fixture.leftovers() == [])
    }

    @Test("Of calls that change one file at once one wins; calls on different files all do")
    func publishesConcurrently() async throws {
        let names = (0..<8).map { "f\($0)" }
        let fixture = try WorkspaceFixture(
            Dictionary(uniqueKeysWithValues: names.map { ($0, "old") }).merging(["shared": "old"]) { first, _ in first }
        )
        let layers = try fixture.layers()
        var prepared: [WriteLayer] = []
        for name in names {
            let own = try await layers.layer(try fixture.grants((.write, name)))
            let common = try await layers.layer(try fixture.grants((.write, "shared")))
            try own.call("echo new > \(name)")
            try common.call("echo \(name) > shared")
            prepared += [own, common]
        }
        let outcomes = await withTaskGroup(of: String.self) { group in
            for layer in prepared { group.addTask { await layer.publish().summary } }
            return await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
        #expect(outcomes == ["published": 9, "conflict shared: it was changed while the call ran": 7])
        for name in names { #expect(fixture.text(name) == "new\n") }
        let records = try records(fixture)
        let numbers = records.map(\.number)
        #expect(numbers.count == 9 && zip(numbers, numbers.dropFirst()).allSatisfy { $0 < $1 }, "\(numbers)")
    }

    @Test("A full disk publishes nothing", .enabled(if: geteuid() == 0))
    func survivesFullDisk() async throws {
        let fixture = try WorkspaceFixture()
        let root = fixture.folder("workspace")
        #expect(Command.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", root]).status == 0)
        defer { _ = Command.run(["umount", "-l", root]) }
        try fixture.folder.write("workspace/a.txt", "old")
        try fixture.folder.write("workspace/b.txt", "old")
        let workspace = try WorkspaceRoot(root, home: fixture.folder("home"))
        let grants = try ["a.txt", "b.txt"].map { name in
            ResolvedGrant(
                word: .write, path: try workspace.resolve(name, for: .write), program: nil, gitPart: nil)
        }
        let layers = try RunLayers(runDirectory: fixture.run, workspace: workspace)
        let layer = try await layers.layer(grants)
        try layer.call("echo new > a.txt; head -c 1000000 /dev/zero > b.txt")
        let state = fixture.snapshot()
        let outcome = await layer.publish().summary
        #expect(outcome.hasPrefix("failed") && outcome.contains("ENOSPC"))
        #expect(fixture.snapshot() == state && fixture.leftovers() == [])
        // Positive control: what fits is published.
        let small = try await layers.layer(grants)
        try small.call("echo new > a.txt; echo new > b.txt")
        #expect(await small.publish().summary == "published")
    }

    @Test("A folder that was closed meanwhile publishes nothing", .enabled(if: geteuid() != 0))
    func survivesClosedFolder() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old", "d/b.txt": "old", "c.txt": "old"])
        let layer = try await change(fixture)
        _ = try await layer.compare()
        chmod(fixture("d"), 0o555)
        let state = fixture.snapshot()
        #expect(await layer.publish().summary.hasPrefix("failed"))
        chmod(fixture("d"), 0o755)
        #expect(fixture.leftovers() == [] && fixture.text("a.txt") == "old")
        #expect(state.contains("a.txt"))
    }

    @Test("Owner, group, access list and other attributes of a replaced file stay", .enabled(if: geteuid() == 0))
    func keepsAttributes() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        chown(fixture("a.txt"), 1234, 4321)
        chown(fixture.folder("workspace"), 1234, 77)
        let original = try Descriptor.open(fixture("a.txt"), O_RDONLY)
        #expect(cs_fsetxattr(original.raw, "user.note", "kept", 4) == 0)
        let workspace = try WorkspaceRoot(fixture.folder("workspace"), home: fixture.folder("home"))
        let grants = try [(GrantWord.write, "a.txt"), (.create, "new")].map { word, name in
            ResolvedGrant(word: word, path: try workspace.resolve(name, for: word), program: nil, gitPart: nil)
        }
        let layers = try RunLayers(runDirectory: fixture.run, workspace: workspace)
        let profile = ResolvedProfile.fixture { $0.workspace = .granted }
        let caller = LayerOwner(user: 0x7000_0001, group: 0x7000_0001)
        let layer = try #require(try await layers.prepare(for: grants, profile: profile, owner: caller))
        let tree = try layer.path
        for path in [tree, tree + "/a.txt"] {
            let status = try Descriptor.open(path, O_RDONLY).status()
            #expect(status.owner == caller.user && status.group == caller.group)
        }
        let parent = try Descriptor.open(tree + "/..", O_RDONLY).status()
        #expect(parent.owner == 0 && parent.permissions == 0o700, "the call's user cannot reach its layer by path")
        try layer.call("echo new > a.txt; echo new > new")
        #expect(await layer.publish().summary == "published")
        let replaced = try Descriptor.open(fixture("a.txt"), O_RDONLY)
        #expect(try replaced.status().owner == 1234 && replaced.status().group == 4321)
        #expect(try replaced.attribute("user.note") == Array("kept".utf8))
        let created = try Descriptor.open(fixture("new"), O_RDONLY).status()
        #expect(created.owner == 1234 && created.group == 77)
    }

    @Test("A workspace owner's limits hold when root acts on a call's behalf", .enabled(if: geteuid() == 0))
    func respectsOwner() throws {
        let fixture = try WorkspaceFixture(["root-only": "secret", "mine": "x"])
        chmod(fixture("root-only"), 0o600)
        for path in [fixture.folder("workspace"), fixture("mine")] { chown(path, 1234, 1234) }
        let workspace = try WorkspaceRoot(fixture.folder("workspace"), home: fixture.folder("home"))
        for word in [GrantWord.read, .write] {
            #expect(throws: GrantError(.notPermitted, "", "")) { try workspace.resolve("root-only", for: word) }
            #expect(try workspace.resolve("mine", for: word).relative == "mine")
        }
    }

    @Test("One process works on a run at a time")
    func locks() throws {
        let fixture = try WorkspaceFixture()
        let layers = try fixture.layers()
        #expect(throws: LayerError(.runInUse, "")) { try fixture.layers() }
        #expect(throws: LayerError(.runInUse, "")) { try RunLayers.recover(runDirectory: fixture.run) }
        layers.close()
        #expect(try RunLayers.recover(runDirectory: fixture.run) == LayerRecovery())
    }
}
