import Glibc
import LinuxIO
import Manifests
import TestSupport
import Testing

@_spi(Launch) @testable import Sandbox

/// A workspace with a few files, and grants on them.
private struct Project {
    let folder: TemporaryFolder
    let workspace: WorkspaceRoot

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.path, 0o755)
        try folder.write("project/granted.txt", "granted")
        try folder.write("project/other.txt", "other")
        try folder.write("project/sub/deep.txt", "deep")
        try folder.write("project/sub/more.txt", "more")
        try folder.folder("home", mode: 0o700)
        workspace = try WorkspaceRoot(folder("project"), home: folder("home"))
    }

    func grant(_ word: GrantWord, _ path: String) throws -> ResolvedGrant {
        ResolvedGrant(word: word, path: try workspace.resolve(path, for: word), program: nil, gitPart: nil)
    }
}

@Suite("A call touches what its grant names, and nothing else")
struct ConfinementTests {
    private let fixture: LaunchFixture
    private let project: Project

    init() throws {
        fixture = try LaunchFixture()
        project = try Project()
    }

    private func shell(
        _ script: String, _ mode: SandboxProfile.Workspace, _ grants: [ResolvedGrant] = [], layer: LayerMount? = nil,
        _ edit: (inout ResolvedProfile) -> Void = { _ in }
    ) async throws -> CallReport {
        let profile = LaunchFixture.profile {
            $0.workspace = mode
            edit(&$0)
        }
        return try await fixture.shell(script, profile: profile) {
            $0.workspace = project.workspace
            $0.grants = grants
            $0.layer = layer
        }
    }

    @Test func `a granted file can be read, the one beside it cannot`() async throws {
        let report = try await shell("cat granted.txt; cat other.txt", .granted, [project.grant(.read, "granted.txt")])
        #expect(report.text == "granted")
        #expect(report.errors.contains("other.txt: Permission denied"))
        #expect(report.end == .exited(1))
    }

    @Test func `programs of the workspace are those that the grants name`() async throws {
        try project.folder.write("project/tool.sh", "#!/bin/sh\necho ran\n", mode: 0o755)
        try project.folder.write("project/other.sh", "#!/bin/sh\necho ran other\n", mode: 0o755)
        let script = "./tool.sh; ./other.sh; cat other.txt"
        let report = try await shell(script, .granted, [project.grant(.read, "tool.sh")]) {
            $0.exec += ["/workspace"]
        }
        // To execute is to read: a folder of programs would be one of files.
        #expect(report.text == "ran\n")
        #expect(
            report.errors.contains("other.sh: Permission denied") && report.errors.contains("other.txt: Permission"))
        let all = try await shell(script, .all) { $0.exec += ["/workspace"] }
        #expect(all.text == "ran\nran other\nother")
    }

    @Test func `a file to read cannot be changed, nor can its folder`() async throws {
        let script = """
            for attempt in 'echo x > granted.txt' 'echo x >> granted.txt' 'rm granted.txt' 'mv granted.txt g2' \
                'ln granted.txt g2' 'touch new' 'mkdir new' 'chmod 777 granted.txt' 'truncate -s 0 granted.txt'; do
                if sh -c "$attempt" 2>/dev/null; then echo "through: $attempt"; fi
            done
            """
        let report = try await shell(script, .granted, [project.grant(.read, "granted.txt")])
        #expect(report.text.isEmpty)
        #expect(try project.folder.read("project/granted.txt") == Array("granted".utf8))
    }

    @Test func `to list a folder is not to read its files`() async throws {
        let report = try await shell("ls sub; cat sub/deep.txt; ls .", .granted, [project.grant(.list, "sub")])
        #expect(report.text == "deep.txt\nmore.txt\n")
        #expect(report.errors.contains("sub/deep.txt: Permission denied"))
    }

    @Test func `to read beneath a folder ends at the folder`() async throws {
        let report = try await shell(
            "cat sub/deep.txt sub/more.txt; cat other.txt", .granted,
            [
                project.grant(.readUnder, "sub")
            ])
        #expect(report.text == "deepmore")
        #expect(report.errors.contains("other.txt: Permission denied"))
    }

    @Test func `a whole workspace is readable where the profile says so, and never writable`() async throws {
        let report = try await shell("cat other.txt sub/deep.txt; echo x > other.txt", .all)
        #expect(report.text == "otherdeep")
        #expect(report.end != .exited(0))
        #expect(try project.folder.read("project/other.txt") == Array("other".utf8))
    }

    @Test func `without a workspace there is none`() async throws {
        let report = try await shell("ls / ; pwd", .none)
        #expect(!report.text.contains("workspace"))
        #expect(report.text.hasSuffix("/tmp\n"))
    }

    @Test func `a layer of copies takes writes in place and by rename`() async throws {
        let tree = try layerFolder("tree")
        try project.folder.write("tree/granted.txt", "granted", mode: 0o644)
        chown(project.folder("tree/granted.txt"), fixture.identity.hostUser, fixture.identity.hostGroup)
        let script = "echo more >> granted.txt && sed -i s/granted/changed/ granted.txt && ls"
        let report = try await shell(script, .granted, [project.grant(.write, "granted.txt")], layer: .copied(tree))
        #expect(report.text == "granted.txt\n", "\(report.errors)")
        #expect(try project.folder.read("tree/granted.txt") == Array("changedmore\n".utf8))
        #expect(try project.folder.read("project/granted.txt") == Array("granted".utf8))
    }

    @Test func `a layer over the tree takes writes and keeps reading confined`() async throws {
        let layer = LayerMount.overlay(
            lower: project.workspace.descriptor, upper: try layerFolder("upper"), work: try layerFolder("work"))
        let script = """
            cat granted.txt; cat other.txt; echo new > sub/deep.txt; cat sub/more.txt; echo made > sub/made.txt
            """
        let grants = [try project.grant(.read, "granted.txt"), try project.grant(.write, "sub/deep.txt")]
        let report = try await shell(script, .granted, grants, layer: layer)
        #expect(report.text == "granted", "\(report.errors)")
        #expect(report.errors.contains("other.txt: Permission denied"))
        #expect(report.errors.contains("sub/more.txt: Permission denied"))
        #expect(try project.folder.read("upper/sub/deep.txt") == Array("new\n".utf8))
        #expect(try project.folder.read("upper/sub/made.txt") == Array("made\n".utf8))
        #expect(try project.folder.read("project/sub/deep.txt") == Array("deep".utf8))
    }

    @Test func `a grant to write without a layer is refused`() async throws {
        await #expect(throws: SandboxError(.invalidSpecification, "")) {
            try await shell("true", .granted, [project.grant(.write, "granted.txt")])
        }
    }

    @Test func `what is granted is the inode that was resolved, whatever the name means now`() async throws {
        let grant = try project.grant(.read, "granted.txt")
        rename(project.folder("project/granted.txt"), project.folder("project/moved.txt"))
        rename(project.folder("project/other.txt"), project.folder("project/granted.txt"))
        let report = try await shell("cat moved.txt; cat granted.txt", .granted, [grant])
        #expect(report.text == "granted")
        #expect(report.errors.contains("granted.txt: Permission denied"))
    }

    @Test func `programs outside of what the profile names do not start`() async throws {
        let report = try await shell("/bin/ls / && echo through", .none) { $0.exec = [] }
        #expect(report.text.isEmpty)
        #expect(report.errors.contains("Permission denied"))
        let copied = try await shell("cp /bin/ls /tmp/ls && chmod 755 /tmp/ls && /tmp/ls / && echo through", .none)
        #expect(copied.text.isEmpty && copied.errors.contains("Permission denied"))
    }

    @Test func `a granted program starts although the profile names none`() async throws {
        let profile = LaunchFixture.profile { $0.exec = [] }
        let report = try await fixture.shell("/usr/bin/printf works; /usr/bin/id", profile: profile) {
            $0.grants = [ResolvedGrant(word: .exec, path: nil, program: "/usr/bin/printf", gitPart: nil)]
        }
        #expect(report.text == "works")
        #expect(report.errors.contains("Permission denied"))
    }

    @Test func `the view holds nothing of the host but what the profile shows`() async throws {
        let script = """
            ls -A / /etc /dev /run /home 2>/dev/null; cat /etc/shadow /proc/1/environ /proc/sys/kernel/hostname /proc/kcore
            """
        let report = try await shell(script, .none)
        let names = Set(report.text.split(whereSeparator: \.isWhitespace).map(String.init))
        #expect(names.isDisjoint(with: ["root", "var", "sys", "shadow", "mem", "kmsg", "sda", "tty", "ptmx"]))
        #expect(report.end == .exited(1))
    }

    @Test func `each limit binds`() async throws {
        let files = try await shell("exec 3</dev/null 4</dev/null 5</dev/null 6</dev/null; echo through", .none) {
            $0.limits.files = 5
        }
        #expect(files.text.isEmpty)
        let size = try await shell("head -c 2000000 /dev/zero > /tmp/f; ls -l /tmp/f", .none) {
            $0.limits.fileSize = ByteCount(1 << 20)
        }
        #expect(size.text.contains(" 1048576 "), "\(size.text)\(size.errors)")
        let cpu = try await shell("while :; do :; done", .none) { $0.limits.cpu = .seconds(1) }
        #expect(cpu.end == .signalled(SIGKILL) || cpu.end == .signalled(SIGXCPU))
        #expect(cpu.violations.map(\.operation) == ["cpu"], "\(cpu.resources)")
        let scratch = try await shell("head -c 20000000 /dev/zero > /tmp/f || echo full", .none) {
            $0.limits.fileSize = ByteCount(1 << 30)
        }
        #expect(scratch.text == "full\n")
    }

    @Test func `a fork bomb is bounded and gone afterwards`() async throws {
        let report = try await shell("f() { f | f & }; f; sleep 0.2; echo over", .none) { $0.limits.processes = 20 }
        #expect(report.text.hasSuffix("over\n") || report.errors.contains("fork"))
    }

    @Test func `python cannot leave by sockets, namespaces, tracing or old numbers`() async throws {
        guard access("/usr/bin/python3", X_OK) == 0 else {
            print("skipped: no /usr/bin/python3")
            return
        }
        let script = """
            import ctypes, os, socket, errno
            libc = ctypes.CDLL(None, use_errno=True)
            def call(name, number, *arguments):
                result = libc.syscall(ctypes.c_long(number), *[ctypes.c_long(a) for a in arguments])
                if result >= 0: print('through', name)
            call('ptrace', 101, 0, 0, 0, 0); call('unshare', 272, 0x10000000); call('mount', 165, 0, 0, 0, 0, 0)
            call('bpf', 321, 0, 0, 0); call('io_uring_setup', 425, 1, 0); call('keyctl', 250, 0, 0, 0, 0, 0)
            call('x32 write', 0x40000000 + 1, 1, 0, 0); call('clone NEWUSER', 56, 0x10000011, 0, 0, 0, 0)
            call('clone3', 435, 0, 0); call('prlimit64 of init', 302, 1, 7, 0, 0); call('setpriority', 141, 0, 1, 5)
            call('memfd + execveat', 322, os.memfd_create('x'), ctypes.cast(ctypes.c_char_p(b''), ctypes.c_void_p).value, 0, 0, 0x1000)
            for family in (38, 40, 17, 16):
                try: socket.socket(family, socket.SOCK_RAW, 9); print('through socket', family)
                except OSError: pass
            try: socket.create_connection(('127.0.0.1', 80), 1); print('through connect')
            except OSError as e: print('connect', errno.errorcode[e.errno])
            """
        let report = try await fixture.run("/usr/bin/python3", ["-c", script])
        #expect(report.text == "connect EACCES\n", "\(report.text)\(report.errors)")
    }

    @Test func `a folder of agentbox's own is never shown`() async throws {
        let hiding = try LaunchFixture(hidden: [project.folder("home")])
        let profile = LaunchFixture.profile { $0.read.append(project.folder.path) }
        await #expect(throws: SandboxError(.invalidSpecification, "")) {
            try await hiding.run("/bin/true", profile: profile)
        }
        for path in ["/", "/proc/1", "/dev", "relative", "/usr/../etc", "/sys", "/tmp"] {
            let profile = LaunchFixture.profile { $0.read = [path] }
            await #expect(throws: SandboxError(.invalidSpecification, "")) {
                try await fixture.run("/bin/true", profile: profile)
            }
        }
    }

    @Test func `a script runs by its pinned interpreter`() async throws {
        try project.folder.write("tool/script.sh", "echo \"script $1 in $0\"")
        let folder = try Descriptor.open(project.folder("tool"), pathOnly).shared()
        let shell = try Descriptor.open("/bin/sh", pathOnly).shared()
        let report = try await fixture.run("/bin/sh", ["argument"]) {
            $0.executable = VerifiedExecutable(interpreter: shell, name: "sh", script: "script.sh")
            $0.toolFolder = folder
        }
        #expect(report.text == "script argument in /run/agentbox/tool/script.sh\n", "\(report.errors)")
    }

    private func layerFolder(_ name: String) throws -> SharedDescriptor {
        let path = try project.folder.folder(name)
        chown(path, fixture.identity.hostUser, fixture.identity.hostGroup)
        return try Descriptor.open(path, pathOnly | O_DIRECTORY).shared()
    }
}
