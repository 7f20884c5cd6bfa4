import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

import struct TestSupport.Command

@testable import Sandbox

@Suite("A path names what lies in the workspace, or is refused with the reason")
struct WorkspaceResolveTests {
    private let fixture: WorkspaceFixture

    init() throws {
        fixture = try WorkspaceFixture(["a.txt": "a", "src/main.c": "int", "src/deep/er/x": "x"])
        for (link, text) in [
            ("inside", "src/main.c"), ("dir", "src"), ("up", "src/../a.txt"), ("out", "/etc/passwd"),
            ("above", "../home"), ("dangling", "nowhere"), ("loop", "loop"), ("absolute", fixture("a.txt")),
            ("escape", "../../../../../../etc"), ("magic", "/proc/self/root/etc/passwd"),
        ] { symlink(text, fixture(link)) }
        mkfifo(fixture("fifo"), 0o600)
    }

    @Test(
        "What is beneath the workspace is found under its canonical name",
        arguments: [
            ("a.txt", "a.txt"), ("./a.txt", "a.txt"), ("src//main.c", "src/main.c"), ("src/../a.txt", "a.txt"),
            ("/workspace/a.txt", "a.txt"), ("/workspace", "."), (".", "."), ("src/", "src"), ("src/.", "src"),
            ("inside", "src/main.c"), ("dir/main.c", "src/main.c"), ("dir/deep/../main.c", "src/main.c"),
            ("up", "a.txt"), ("/workspace/dir/deep", "src/deep"), ("new", "new"), ("dir/new", "src/new"),
        ])
    func finds(text: String, canonical: String) throws {
        let found = try fixture.workspace.locate(text)
        #expect(found.relative == canonical)
        #expect((found.descriptor == nil) == (found.kind == .missing))
    }

    @Test(
        "What leaves it, or is no path, is refused",
        arguments: [
            ("", .invalidPath), ("a\0.txt", .invalidPath), (String(repeating: "a", count: 256), .invalidPath),
            (String(repeating: "a/", count: 2100), .invalidPath), ("..", .leavesWorkspace),
            ("src/../../workspace/a.txt", .leavesWorkspace), ("/etc/passwd", .leavesWorkspace),
            ("/workspaces/a.txt", .leavesWorkspace), ("/workspace/../etc", .leavesWorkspace), ("out", .leavesWorkspace),
            ("above", .leavesWorkspace), ("above/run", .leavesWorkspace), ("absolute", .leavesWorkspace),
            ("escape/passwd", .leavesWorkspace), ("magic", .leavesWorkspace), ("dangling", .brokenLink),
            ("loop", .brokenLink), ("a.txt/b", .notADirectory), ("a.txt/", .notADirectory), ("none/b", .notFound),
            ("none/", .notFound),
        ] as [(String, GrantError.Reason)])
    func refuses(text: String, reason: GrantError.Reason) {
        #expect { try fixture.workspace.locate(text) } throws: { error in
            (error as? GrantError)?.reason == reason
        }
    }

    @Test(
        "A grant fits what the path names",
        arguments: [
            (.read, "src", .notAFile), (.read, "fifo", .specialFile), (.read, "new", .notFound),
            (.write, "fifo", .specialFile), (.write, "src", .notAFile), (.create, "a.txt", .alreadyExists),
            (.list, "a.txt", .notADirectory), (.readUnder, "new", .notFound), (.exec, "a.txt", .invalidValue),
            (.read, "/dev/null", .leavesWorkspace),
        ] as [(GrantWord, String, GrantError.Reason)])
    func fits(word: GrantWord, text: String, reason: GrantError.Reason) {
        #expect { try fixture.workspace.resolve(text, for: word) } throws: { ($0 as? GrantError)?.reason == reason }
    }

    @Test("The descriptor is the file itself, whatever its name comes to mean")
    func holdsInode() throws {
        let found = try fixture.workspace.resolve("a.txt", for: .read)
        rename(fixture("a.txt"), fixture("moved"))
        symlink("/etc/passwd", fixture("a.txt"))
        let content = try #require(found.descriptor).reopened(O_RDONLY).readAll(limit: 10)
        #expect(content == Array("a".utf8))
        // Positive control: the name now leads out, and a new look refuses it.
        #expect(throws: GrantError.self) { try fixture.workspace.resolve("a.txt", for: .read) }
    }

    @Test("Links exchanged at full speed never lead a look-up out of the workspace")
    func survivesRace() throws {
        mkdir(fixture("real"), 0o755)
        _ = try fixture.folder.write("workspace/real/file", "inside")
        symlink("/etc", fixture("swap"))
        let spinning = Locked(true)
        let (real, swap) = (fixture("real"), fixture("swap"))
        let racer = Race {
            while spinning.withLock({ $0 }) { _ = Exchange.names(real, swap) }
        }
        var found = 0
        for _ in 0..<3000 {
            guard let path = try? fixture.workspace.resolve("real/file", for: .write) else { continue }
            found += 1
            #expect(path.relative == "real/file" || path.relative == "swap/file")
            let content = try path.descriptor?.reopened(O_RDONLY).readAll(limit: 100)
            #expect(content == nil || content == Array("inside".utf8))
        }
        spinning.withLock { $0 = false }
        racer.wait()
        #expect(found > 0, "the race left no look-up to check")
    }

    @Test("Mount points beneath the workspace are refused", .enabled(if: geteuid() == 0))
    func refusesMounts() throws {
        mkdir(fixture("mnt"), 0o755)
        #expect(Command.run(["mount", "-t", "tmpfs", "tmpfs", fixture("mnt")]).status == 0)
        defer { _ = Command.run(["umount", fixture("mnt")]) }
        for text in ["mnt", "mnt/new"] {
            #expect { try fixture.workspace.locate(text) } throws: { ($0 as? GrantError)?.reason == .crossesMount }
        }
    }

    @Test("A workspace is one project's folder, apart from agentbox's own")
    func refusesRoots() throws {
        let folder = fixture.folder
        let home = folder("home")
        #expect(throws: GrantError.self) { try WorkspaceRoot("/", home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(folder.path, home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(home, home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(home + "/run", home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(fixture("a.txt"), home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(fixture("none"), home: home) }
        // A link to the home is the home; one that does not exist yet counts as well.
        symlink(home, folder("alias"))
        #expect(throws: GrantError.self) { try WorkspaceRoot(folder("alias"), home: home) }
        #expect(throws: GrantError.self) { try WorkspaceRoot(folder.path, home: folder("later/home")) }
        #expect(try WorkspaceRoot(fixture("src"), home: home).path.hasSuffix("workspace/src"))
        #expect(try WorkspaceRoot(folder("workspace"), home: folder("workspace2")).path.hasSuffix("workspace"))
    }
}

/// Something that runs beside the test until it is told to stop.
final class Race: Sendable {
    private let thread: Locked<pthread_t>

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        var thread = pthread_t()
        pthread_create(
            &thread, nil,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Box>.fromOpaque(pointer).takeRetainedValue().body()
                return nil
            }, box.toOpaque())
        self.thread = Locked(thread)
    }

    func wait() { pthread_join(thread.withLock { $0 }, nil) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}
