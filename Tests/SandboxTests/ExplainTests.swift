import Glibc
import Manifests
import StrictJSON
import Testing

@testable import Sandbox

@Suite("A refusal is explained by the line that refuses")
struct ExplainTests {
    private let profile = ResolvedProfile.fixture { profile in
        profile.allow.append("socket")
        profile.deny = ["@mount", "chown"]
        profile.rules = [
            .init("socket", 0, ["AF_INET"], .allow), .init("prctl", 0, ["PR_SET_NAME"], .deny),
        ]
    }

    private func refusal(_ name: String, _ values: [Int: UInt64] = [:]) throws -> SystemCallRefusal? {
        try SystemCallRefusal(name, values: values, under: profile)
    }

    @Test(
        arguments: [
            ("mount", [:], "syscalls.deny: @mount", "take `@mount` out"),
            ("chown", [:], "syscalls.deny: chown", "allow: [chown]"),
            ("ptrace", [:], "its very name", "allow: [ptrace]"), ("swapon", [:], "its very name", "allow: [swapon]"),
            ("clone3", [:], "as an older kernel", "nothing"),
            ("clone", [0: 0x1000_0000], "new namespaces", "{syscall: clone, arg: 0"),
            ("socket", [0: 10], "allow socket 0 in AF_INET", "in: [AF_INET6], action: allow"),
            ("prctl", [0: 15], "deny prctl 0 in PR_SET_NAME", "does not extend"),
            ("ioctl", [1: 0x5412], "every profile refuses this value of argument 1", "in: [TIOCSTI], action: allow"),
            ("ioctl", [1: 0x1_0000_5412], "every profile refuses this value", "TIOCSTI"),
            ("setns", [:], "its very name", "allow: [setns]"),
        ] as [(String, [Int: UInt64], String, String)])
    func `each way of being refused has its line and its remedy`(
        name: String, values: [Int: UInt64], reason: String, remedy: String
    ) throws {
        let refusal = try #require(try refusal(name, values))
        #expect(refusal.reason.contains(reason), "\(refusal)")
        #expect(refusal.remedy.contains(remedy), "\(refusal)")
        #expect(!refusal.opens.isEmpty)
    }

    @Test(
        arguments: [
            ("read", [:]), ("socket", [0: 2]), ("ioctl", [1: 0x5401]), ("clone", [0: 0x11]), ("prctl", [0: 4]),
        ] as [(String, [Int: UInt64])])
    func `what is allowed has no explanation`(name: String, values: [Int: UInt64]) throws {
        #expect(try refusal(name, values) == nil)
    }

    /// The explanation and the filter are two readings of one profile: they must not differ.
    @Test func `a system call is explained exactly if the compiled filter refuses it`() throws {
        let program = try FilterCompiler.compile(profile)
        for (name, number) in SystemCallTable.of(.host).numbers where name != "execveat" {
            let values = Dictionary(uniqueKeysWithValues: (0..<6).map { ($0, UInt64(0)) })
            let data = CallData(
                number: number, architecture: Architecture.host.auditValue, arguments: [0, 0, 0, 0, 0, 0])
            let isRefused = evaluate(program.instructions, data) != FilterAction.allow.rawValue
            #expect(try (refusal(name, values) != nil) == isRefused, "\(name)")
        }
    }

    @Test func `an unknown system call is an error`() {
        #expect(throws: SandboxError.self) { try refusal("frobnicate") }
    }

    private func explain(
        _ line: String, _ edit: (inout ResolvedProfile) -> Void = { _ in },
        grants: [(word: GrantWord, subject: String)] = []
    ) throws -> [Explanation] {
        let profile = ResolvedProfile.fixture {
            $0.exec = ["/usr/bin/env"]
            $0.tmp = ByteCount(0)
            edit(&$0)
        }
        return try Explainer(profile, grants: grants).explain(RefusedLine(line).notice)
    }

    @Test(arguments: [
        (
            #"openat(AT_FDCWD, "/etc/shadow", O_RDONLY|O_CLOEXEC) = -1 ENOENT (No such file or directory)"#,
            "read `/etc/shadow`"
        ),
        (#"open("/workspace/a, \"b\".txt", O_RDONLY) = -1 EACCES"#, #"read `/workspace/a, \"b\".txt`"#),
        (#"openat(AT_FDCWD, "/workspace/new", O_WRONLY|O_CREAT|O_TRUNC, 0644) = -1 EROFS"#, "create `/workspace/new`"),
        (#"unlink("/workspace/a.txt") = -1 EROFS (Read-only file system)"#, "remove `/workspace/a.txt`"),
        (#"execve("/usr/bin/git", ["git", "log"], 0x7ffd /* 3 vars */) = -1 EACCES"#, "execute `/usr/bin/git`"),
        (#"mkdir("/tmp/x", 0700) = -1 EROFS"#, "create `/tmp/x`"),
        (#"openat(AT_FDCWD, "/workspace", O_RDONLY|O_DIRECTORY) = -1 EACCES"#, "list `/workspace`"),
    ])
    func `a line of strace about a file is explained by the line that would show it`(line: String, what: String) throws
    {
        let explanations = try explain(line)
        #expect(explanations.contains { $0.what == what && $0.layer == "landlock" }, "\(explanations)")
        #expect(explanations.allSatisfy { !$0.remedy.isEmpty && !$0.reason.isEmpty })
    }

    @Test func `what a grant or the profile covers is not refused`() throws {
        #expect(try explain(#"open("/workspace/a.txt", O_RDONLY)"#, grants: [(.read, "a.txt")]).isEmpty)
        #expect(try explain(#"open("/workspace/d/a.txt", O_RDONLY)"#, grants: [(.readUnder, "d")]).isEmpty)
        #expect(try !explain(#"open("/workspace/da.txt", O_RDONLY)"#, grants: [(.readUnder, "d")]).isEmpty)
        #expect(try explain(#"execve("/usr/bin/git", [])"#, grants: [(.exec, "/usr/bin/git")]).isEmpty)
        #expect(try explain(#"open("/workspace/x", O_RDONLY)"#, { $0.workspace = .all }).isEmpty)
        #expect(try explain(#"open("/usr/share/dict/words", O_RDONLY)"#).isEmpty)
        #expect(try explain(#"mkdir("/tmp/x", 0700)"#, { $0.tmp = ByteCount(1) }).isEmpty)
    }

    @Test func `a violation on record is explained as the system call was`() throws {
        let violation = Violation(
            SystemCallNotice(
                name: "socket", values: [.init(argument: 0, value: 38), .init(argument: 1, value: 5)], texts: [],
                refusal: EPERM, count: 4), under: profile)
        let json = try #require(violation?.json())
        let explanation = try #require(try Explainer(profile).explain(violation: json).first)
        #expect(explanation.what == "socket(AF_ALG), 4 times, EPERM")
        #expect(explanation.reason.contains("allow socket 0 in AF_INET"))
    }

    @Test(
        arguments: [
            ("fs.read_file", "/workspace/b.txt", "filesystem.workspace", "read: b.txt"),
            ("fs.read_dir", "/workspace/d", "it names /workspace/a.txt", "list: d"),
            ("fs.make_reg", "/workspace/d", "no grant", "create: d/NAME"),
            ("fs.remove_file", "/workspace/d", "no grant", "writeUnder: d"),
            ("fs.execute", "/usr/bin/git", "filesystem.exec", "exec: [/usr/bin/git]"),
            ("fs.read_file", "/var/x", "filesystem.read", "read: [/var/x]"),
            ("fs.read_dir", "/", "own folder", "nothing"),
            ("net.bind_tcp", nil, "no `listen` grant", "127.0.0.1:8080"),
            ("net.connect_tcp", nil, "network", "`connect`"), ("scope.signal", nil, "outside", "nothing"),
            ("fs.never_heard_of", "/x", "no rule", "newer"),
        ] as [(String, String?, String, String)])
    func `what the audit told of Landlock is explained by the right that was missing`(
        right: String, path: String?, reason: String, remedy: String
    ) throws {
        var violation = Violation(layer: "landlock", operation: "openat", path: path, detail: "x")
        violation.rights = [right]
        violation.arguments = right.hasPrefix("net.") ? ["port 8080"] : ["O_RDONLY"]
        violation.error = "EACCES"
        violation.count = 2
        let profile = ResolvedProfile.fixture {
            $0.exec = ["/usr/bin/env"]
            $0.network = .granted
        }
        let explanations = try Explainer(profile, grants: [(.read, "a.txt")]).explain(violation: violation.json())
        let explanation = try #require(explanations.first)
        #expect(explanations.count == 1 && explanation.layer == "landlock")
        #expect(
            explanation.what.hasPrefix("openat(") && explanation.what.hasSuffix("2 times, EACCES"), "\(explanation)")
        #expect(explanation.what.contains(path.map { "`\($0)`" } ?? violation.arguments[0]))
        #expect(explanation.reason.contains(reason) && explanation.remedy.contains(remedy), "\(explanation)")
    }

    @Test(arguments: [
        ("clone(child_stack=NULL, flags=CLONE_NEWUSER|SIGCHLD) = -1 EPERM", true),
        ("clone(child_stack=NULL, flags=CLONE_VM|SIGCHLD) = -1 EAGAIN", false),
        ("sendto(3, \"hi\", 2, MSG_OOB, NULL, 0) = -1 EPERM", true),
        ("sendto(3, \"hi\", 2, MSG_NOSIGNAL, NULL, 0) = -1 EPIPE", false),
        ("execveat(3, \"\", [\"x\"], [], AT_EMPTY_PATH) = -1 EPERM", true), ("prlimit64", true),
        ("prlimit64(0, RLIMIT_AS, NULL, {})", false), ("prlimit64(7, RLIMIT_AS, NULL, {}) = -1 EPERM", true),
    ])
    func `arguments are read as strace writes them, and one that is not known is said to be`(
        line: String, isRefused: Bool
    ) throws {
        let explanations = try explain(line)
        #expect(explanations.isEmpty != isRefused, "\(explanations)")
        if line == "prlimit64" { #expect(explanations[0].reason.contains("not known here")) }
    }

    @Test(arguments: ["read(3, \"\", 1) = 3", "<... mount resumed>) = -1 EPERM", "mount\nread"])
    func `what is no refused call as it began is an error`(line: String) {
        #expect(throws: SandboxError.self) { try RefusedLine(line) }
    }

    @Test(arguments: ["", "   ", "()", "= -1 EPERM"])
    func `a line without a system call is an error`(line: String) {
        #expect(throws: SandboxError.self) { try Explainer(profile).explain(RefusedLine(line).notice) }
    }

    @Test func `every system call says what it opens`() {
        for name in SystemCallGroups.allMembers { #expect(SystemCallExposure.group(of: name) != nil, "\(name)") }
    }
}
