import CSandbox
import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A layer is read as hostile data, whatever was arranged in it")
struct LayerHostileTests {
    private let fixture: WorkspaceFixture
    private let outside: String

    init() throws {
        fixture = try WorkspaceFixture(["a.txt": "old", "dir/b.txt": "b", "dir/sub/c.txt": "c"])
        outside = try fixture.folder.write("outside/secret", "secret")
    }

    /// An upper layer that no kernel wrote: `script` runs in it directly.
    private func forged(_ script: String) async throws -> WriteLayer {
        let layer = try await fixture.layers().layer(try fixture.grants((.writeUnder, ".")), workspace: .all)
        let made = Command.run(["sh", "-ec", script], in: try layer.path)
        try #require(made.status == 0, "\(made.errorOutput)")
        return layer
    }

    @Test(
        "Nothing outside of the layer is read or published",
        arguments: [
            "ln -s ../../../../../outside dir", "mkdir dir; ln -s ../../../../../../outside/secret dir/b.txt",
            "ln -s /etc dir", "mkfifo a.txt", "mkdir dir; mkfifo dir/b.txt",
            "python3 -c 'import socket; socket.socket(socket.AF_UNIX).bind(\"a.txt\")'",
        ])
    func refuses(script: String) async throws {
        let before = fixture.snapshot()
        let layer = try await forged(script)
        let difference = try await layer.compare()
        #expect(difference.changes == [])
        #expect(difference.violations.count == 1)
        #expect(await layer.publish().summary == "nothing")
        #expect(fixture.snapshot() == before)
        #expect(File.text(of: outside) == "secret")
    }

    @Test("Overlay's own marks are read as the kernel means them")
    func readsMarks() async throws {
        let layer = try await forged("mknod a.txt c 0 0; mkdir dir; echo new > dir/new")
        let folder = try Descriptor.open(try layer.path + "/dir", O_RDONLY | O_DIRECTORY)
        #expect(cs_fsetxattr(folder.raw, "user.overlay.opaque", "y", 1) == 0)
        #expect(
            try await layer.compare().summary == [
                "created file dir/new", "removed directory dir/sub", "removed file a.txt", "removed file dir/b.txt",
                "removed file dir/sub/c.txt",
            ])
        #expect(await layer.publish().summary == "published")
        #expect(fixture.snapshot().contains("dir/new") && !File.exists(fixture("dir/sub")))
    }

    @Test(
        "Marks that would show the host another tree than the call saw are refused",
        arguments: ["redirect", "metacopy"])
    func refusesMarks(name: String) async throws {
        let layer = try await forged("mkdir dir; echo new > dir/b.txt; echo new > a.txt")
        for path in ["/dir", "/a.txt"] {
            let file = try Descriptor.open(try layer.path + path, O_RDONLY)
            #expect(cs_fsetxattr(file.raw, "user.overlay." + name, "/sub", 4) == 0)
        }
        let difference = try await layer.compare()
        #expect(difference.summary == [])
        #expect(difference.refusals == ["setxattr a.txt", "setxattr dir"])
        await layer.discard()
    }

    @Test("Folders and files that the call closed to itself are read and removed all the same")
    func opensClosed() async throws {
        let layer = try await forged("mkdir -p x/y; echo 1 > x/y/z; chmod 0 x/y/z x/y x; echo n > a.txt; chmod 0 a.txt")
        #expect(
            try await layer.compare().summary == [
                "created directory x", "created directory x/y", "created file x/y/z", "modified file a.txt",
            ])
        #expect(await layer.publish().summary == "published")
        #expect(Command.run(["ls", fixture.run + "/layers"]).output == "")
        #expect(try Descriptor.open(fixture("x"), pathOnly).status().permissions & 0o700 == 0o700)
    }

    @Test("Folders nested deeper than descriptors last are refused, and removed with the layer")
    func removesDeepTrees() async throws {
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "a.txt")))
        try layer.call(
            """
            python3 -c '
            import os
            for n in range(3000):
                os.mkdir("d"); open("f", "w").close(); os.chdir("d")
            '
            """)
        #expect(await layer.publish().summary.contains("deep"))
        #expect(Command.run(["ls", fixture.run + "/layers"]).output == "")
    }

    @Test("A device is never published", .enabled(if: geteuid() == 0))
    func refusesDevices() async throws {
        let layer = try await forged("mknod a.txt c 1 3; mknod n b 7 0")
        let difference = try await layer.compare()
        #expect(difference.summary == [])
        #expect(difference.refusals == ["mknod a.txt", "mknod n"])
        await layer.discard()
    }

    @Test("Only so many violations are listed, and the rest counted")
    func countsFloods() async throws {
        let layer = try await fixture.layers().layer(try fixture.grants((.write, "a.txt")))
        try layer.call("for i in $(seq 500); do echo > x$i; done")
        let violations = try await layer.compare().violations
        #expect(violations.count == 101)
        #expect(violations.last?.detail.hasPrefix("400 more") == true)
        await layer.discard()
    }

    @Test(
        "A published link cannot lead out, not even together with another one",
        arguments: [
            ("a", "b", true), ("d/a", "../b", true), ("a", "./b/c", true), ("d/e/a", "../../x", true),
            ("a", "/etc/passwd", false), ("a", "../x", false), ("d/a", "../../x", false), ("d/a", "x/../../..", false),
            ("a", "b/../c", false), ("a", ".git/config", false), ("a", "", false), ("d/a", "../.GIT", false),
            ("a", ".", false), ("d/a", "..", false),
        ])
    func checksLinks(path: String, text: String, isCovered: Bool) {
        #expect((LayerCoverage.objection(toLink: text, at: path) == nil) == isCovered)
    }
}
