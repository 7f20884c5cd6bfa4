import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A call with exact write grants works on copies of just these files")
struct LayerCopyTests {
    @Test(
        "Whatever way a tool writes a file, its content is published under the original's mode",
        arguments: [
            "echo new > dir/a.txt", "echo new > tmp && mv tmp dir/a.txt",
            "f=$(mktemp dir/XXXXXX) && echo new > $f && mv $f dir/a.txt", "sed -i s/old/new/ dir/a.txt",
            "rm dir/a.txt && echo new > dir/a.txt", "printf new | dd of=dir/a.txt conv=notrunc 2>/dev/null; echo",
            "echo new > x; ln -f x dir/a.txt; rm x",
        ])
    func publishes(script: String) async throws {
        let fixture = try WorkspaceFixture(["dir/a.txt": "old\n", "dir/secret": "s"])
        chmod(fixture("dir/a.txt"), 0o640)
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "dir/a.txt")))
        #expect(layer.mode == .copied)
        let call = try layer.call("test ! -e dir/secret && test $(cat dir/a.txt) = old && " + script)
        #expect(call.status == 0, "\(call.errorOutput)")
        #expect(fixture.text("dir/a.txt") == "old\n", "nothing is published before the end")
        #expect(try await layer.compare().summary == ["modified file dir/a.txt"])
        #expect(try await layer.compare().violations == [])
        #expect(await layer.publish().summary == "published")
        #expect(fixture.text("dir/a.txt") == "new\n")
        #expect(try Descriptor.open(fixture("dir/a.txt"), O_RDONLY).status().permissions == 0o640)
        #expect(fixture.leftovers() == [])
        #expect(Command.run(["ls", fixture.run + "/layers"]).output == "", "the layer is gone")
    }

    @Test("A granted name that does not exist is created, and nothing beside it")
    func creates() async throws {
        let fixture = try WorkspaceFixture(["dir/a.txt": "a"])
        let layer = try await fixture.layers().layer(try fixture.grants((.create, "dir/new.sh")))
        try layer.call("echo x > dir/new.sh; chmod 4755 dir/new.sh; echo y > dir/other; mkdir sub; echo z > sub/z")
        let difference = try await layer.compare()
        #expect(difference.summary == ["created file dir/new.sh"])
        #expect(difference.refusals == ["chmod dir/new.sh", "create dir/other", "create sub/z", "mkdir sub"])
        #expect(difference.changes.first?.review != nil, "an executable script is shown to the person")
        #expect(await layer.publish().summary == "published")
        let status = try Descriptor.open(fixture("dir/new.sh"), O_RDONLY).status()
        #expect(status.permissions == 0o755, "set-user-ID is never published")
        #expect(!File.exists(fixture("dir/other")) && !File.exists(fixture("sub")))
    }

    @Test("Files to read are there as copies, and what the call does to them is discarded")
    func copiesReads() async throws {
        let fixture = try WorkspaceFixture(["in/a": "a\n", "in/b": "b\n", "secret": "s\n", "out": "old\n"])
        let before = fixture.text("in/b")
        let layer = try await fixture.layers().layer(
            try fixture.grants((.read, "in/a"), (.read, "in/b"), (.write, "out")))
        #expect(layer.mode == .copied)
        let call = try layer.call("test ! -e secret; cat in/a in/b > out; echo x > in/a; rm in/b")
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(difference.summary == ["modified file out"])
        #expect(difference.refusals == ["modify in/a", "remove in/b"])
        #expect(await layer.publish().summary == "published")
        #expect(fixture.text("out") == "a\nb\n" && fixture.text("in/a") == "a\n" && fixture.text("in/b") == before)
    }

    @Test("A path through a link, a folder to list or a whole readable tree needs the overlay")
    func choosesMode() throws {
        let fixture = try WorkspaceFixture(["a": "a", "dir/b": "b"])
        symlink("a", fixture("link"))
        func mode(_ workspace: SandboxProfile.Workspace, _ words: (GrantWord, String)...) throws -> LayerMode {
            let grants = try words.map { word, text in try fixture.grants((word, text))[0] }
            return LayerMode(grants: grants, workspace: workspace)
        }
        func own(_ words: (GrantWord, String)...) throws -> LayerMode {
            let grants = try words.map { word, text in try fixture.grants((word, text))[0] }
            return LayerMode(grants: grants, workspace: .granted, view: .own)
        }
        #expect(try own((.write, "a"), (.create, "new")) == .copied)
        #expect(try own((.write, "a"), (.list, "dir")) == .composed)
        #expect(try own((.writeUnder, "dir")) == .composed)
        #expect(try own((.writeUnder, "dir"), (.list, ".")) == .overlay)
        #expect(try own((.list, ".")) == .none)
        #expect(try mode(.granted, (.read, "a")) == .none)
        #expect(try mode(.granted, (.write, "a"), (.create, "new")) == .copied)
        #expect(try mode(.none, (.write, "a")) == .copied)
        #expect(try mode(.all, (.write, "a")) == .overlay)
        #expect(try mode(.granted, (.write, "link")) == .overlay)
        #expect(try mode(.granted, (.write, "a"), (.list, "dir")) == .overlay)
        #expect(try mode(.granted, (.writeUnder, "dir")) == .overlay)
    }

    @Test("A person's change of a granted file that the call left alone is no conflict")
    func ignoresUntouched() async throws {
        let fixture = try WorkspaceFixture(["a": "old", "b": "old"])
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "a"), (.write, "b")))
        try layer.call("echo tool > a")
        try fixture.folder.write("workspace/b", "person")
        #expect(await layer.publish().summary == "published")
        #expect(fixture.text("a") == "tool\n" && fixture.text("b") == "person")
    }

    @Test("A discarded layer, and one that is let go, leave the workspace as it was")
    func discards() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let before = fixture.snapshot()
        let layers = try fixture.layers()
        let layer = try await layers.layer(try fixture.grants((.write, "a.txt")))
        try layer.call("echo new > a.txt; mkdir -p d/e; chmod 0 d")
        await layer.discard()
        #expect(fixture.snapshot() == before)
        #expect(Command.run(["ls", fixture.run + "/layers"]).output == "")
        #expect(await layer.publish().summary.hasPrefix("failed"), "what is gone cannot be published")
        #expect(fixture.snapshot() == before)
    }

    @Test(
        "What is left in place of a granted file is discarded unless it is a file",
        arguments: [
            ("rm a.txt; ln -s /etc/passwd a.txt", "symlink a.txt"), ("rm a.txt; mkdir a.txt", "mkdir a.txt"),
            ("rm a.txt; mkfifo a.txt", "mknod a.txt"), ("rm a.txt", "remove a.txt"),
            ("chmod 777 a.txt", "chmod a.txt"), ("mv a.txt b.txt", "create b.txt"),
        ])
    func discardsOthers(script: String, refusal: String) async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let before = fixture.snapshot()
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "a.txt")))
        let call = try layer.call(script)
        #expect(call.status == 0, "\(call.errorOutput)")
        let difference = try await layer.compare()
        #expect(difference.summary == [])
        #expect(difference.refusals.contains(refusal))
        #expect(await layer.publish().summary == "nothing")
        #expect(fixture.snapshot() == before)
    }

    @Test("Names that are not UTF-8 are reported and removed with the layer")
    func survivesNames() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "a.txt")))
        try layer.call("echo x > $(printf 'b\\377\\001'); mkdir $(printf 'd\\200'); echo y > a.txt")
        let difference = try await layer.compare()
        #expect(difference.refusals == ["create b\\xff\u{1}", "create d\\x80"])
        #expect(await layer.publish().summary == "published")
        #expect(Command.run(["ls", fixture.run + "/layers"]).output == "")
    }

    @Test("More names, deeper folders or more bytes than the limits are refused whole")
    func limits() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let layers = try fixture.layers()
        let limits = LayerLimits(entries: 50, depth: 8, bytes: ByteCount(1 << 20))
        for script in [
            "for i in $(seq 60); do echo > $i; done", "mkdir -p 1/2/3/4/5/6/7/8/9", "truncate -s 2M a.txt",
            "truncate -s 1T hole",
        ] {
            let layer = try await layers.layer(try fixture.grants((.write, "a.txt")), limits: limits)
            try layer.call(script)
            #expect(LayerUsage.exceeds(limits, beneath: try Descriptor.open(try layer.path, pathOnly).shared()))
            await #expect(throws: LayerError(.layerTooLarge, "")) { try await layer.compare() }
            #expect(await layer.publish().summary.hasPrefix("failed"))
            #expect(fixture.text("a.txt") == "old")
        }
        let layer = try await layers.layer(try fixture.grants((.write, "a.txt")), limits: limits)
        try layer.call("truncate -s 1000 a.txt")
        #expect(await layer.publish().summary == "published")
    }

    @Test("A file that changed between resolving and copying ends the call before it starts")
    func noticesEarlyChange() async throws {
        let fixture = try WorkspaceFixture(["a.txt": "old"])
        let grants = try fixture.grants((.write, "a.txt"))
        try fixture.folder.write("workspace/a.txt", "newer")
        await #expect(throws: LayerError(.workspaceChanged, "")) { try await fixture.layers().layer(grants) }
    }
}
