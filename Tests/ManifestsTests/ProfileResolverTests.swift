import Testing

@testable import Manifests

@Suite("A profile is what it and all that it extends say together")
struct ProfileResolverTests {
    private static let limits = "limits: {memory: 1MiB, processes: 1, cpu: 1s, files: 8, fileSize: 1MiB}"

    @Test("lists add, scalars replace, and each line knows its profile")
    func merge() throws {
        let profiles = try profiles([
            """
            name: base
            isolation: [seccomp]
            filesystem: {read: [/usr, /lib], exec: [/usr], tmp: 1MiB, grants: [read, write]}
            syscalls: {default: kill, allow: [read, write], deny: [ptrace, bpf], rules: [{syscall: socket, arg: 0, in: [AF_UNIX], action: allow}]}
            environment: {pass: [LANG], set: {A: "1", B: "1"}}
            \(Self.limits)
            """,
            """
            name: child
            extends: base
            isolation: [landlock]
            filesystem: {read: [/usr, /opt], tmp: 0, workspace: all, grants: [list]}
            syscalls: {allow: [bpf, openat], deny: [write], rules: [{syscall: socket, arg: 0, in: [AF_INET], action: allow}]}
            environment: {pass: [TZ], set: {B: "2"}}
            limits: {memory: 2MiB}
            """,
        ])
        let resolved = try ProfileResolver.resolve(name("child"), in: profiles)
        #expect(resolved.isolation == [.seccomp, .landlock])
        #expect(resolved.read == ["/lib", "/opt", "/usr"])
        #expect(resolved.exec == ["/usr"])
        #expect(resolved.tmp == ByteCount(0))
        #expect(resolved.workspace == .all)
        #expect(resolved.grants == [.list])
        #expect(resolved.defaultAction == .kill)
        #expect(resolved.allow == ["bpf", "openat", "read"])
        #expect(resolved.deny == ["ptrace", "write"])
        #expect(resolved.rules.map(\.text) == ["allow socket 0 in AF_UNIX", "allow socket 0 in AF_INET"])
        #expect(resolved.pass == ["LANG", "TZ"])
        #expect(resolved.set.map { "\($0.0)=\($0.1)" } == ["A=1", "B=2"])
        #expect(resolved.limits.memory == ByteCount(2 << 20))
        #expect(resolved.limits.processes == 1)
        for (key, line, profile) in [
            ("filesystem.read", "/usr", "base"), ("filesystem.read", "/opt", "child"),
            ("syscalls.allow", "bpf", "child"),
            ("syscalls.deny", "ptrace", "base"), ("environment.set", "A: 1", "base"),
            ("environment.set", "B: 2", "child"),
            ("limits.memory", "2MiB", "child"), ("limits.cpu", "1s", "base"), ("filesystem.grants", "list", "child"),
            ("syscalls.rules", "allow socket 0 in AF_INET", "child"),
        ] {
            #expect(
                resolved.origins.contains { $0.key == key && $0.line == line && $0.profile == name(profile) },
                "\(key) \(line)")
        }
        #expect(!resolved.origins.contains { $0.line == "write" && $0.key == "syscalls.allow" })
    }

    @Test("what nobody says is the least")
    func least() throws {
        let resolved = try ProfileResolver.resolve(name("a"), in: try profiles(["name: a\n\(Self.limits)"]))
        #expect(resolved.isolation == [.namespaces, .landlock, .seccomp])
        #expect(resolved.read.isEmpty && resolved.exec.isEmpty && resolved.grants.isEmpty && resolved.allow.isEmpty)
        #expect(resolved.tmp == ByteCount(0))
        #expect(resolved.workspace == .none)
        #expect(resolved.defaultAction == .eperm)
    }

    static let broken: [(profiles: [String], code: String, mentions: String)] = [
        (["name: b\n\(limits)"], "unknown-profile", "`a`"),
        (["name: a\nextends: bsae", "name: base\n\(limits)"], "unknown-profile", "did you mean `base`?"),
        (["name: a\nextends: b", "name: b\nextends: a\n\(limits)"], "profile-cycle", "`a` → `b` → `a`"),
        (["name: a\nextends: b", "name: b\nextends: c", "name: c\nextends: b"], "profile-cycle", "`b` → `c` → `b`"),
        (["name: a\nlimits: {memory: 1MiB}"], "profile-incomplete", "`limits.processes`, `limits.cpu`"),
        (["name: a\nfilesystem: {exec: [/opt]}\n\(limits)"], "profile-exec", "`/opt`"),
        (["name: a\nfilesystem: {workspace: all, view: own}\n\(limits)"], "profile-view", "`a`"),
        (["name: a\nfilesystem: {read: [/opt/x], exec: [/opt/xy]}\n\(limits)"], "profile-exec", "`/opt/xy`"),
    ]

    @Test("what cannot be resolved is an error that says why", arguments: broken)
    func cannotResolve(_ texts: [String], _ code: String, _ mentions: String) throws {
        let profiles = try profiles(texts)
        let error = try #require(throws: ProfileError.self) { try ProfileResolver.resolve(name("a"), in: profiles) }
        #expect(error.code == code)
        #expect(error.description.contains(mentions), "\(error.description)")
    }

    @Test("a chain of eight is resolved and one of nine refused")
    func depth() throws {
        func chain(_ count: Int) -> [String] {
            (0..<count).map { index in
                "name: a\(index)\n" + (index + 1 < count ? "extends: a\(index + 1)" : Self.limits)
            }
        }
        #expect(throws: Never.self) { try ProfileResolver.resolve(name("a0"), in: try profiles(chain(8))) }
        let error = #expect(throws: ProfileError.self) {
            try ProfileResolver.resolve(name("a0"), in: try profiles(chain(9)))
        }
        #expect(error?.code == "profile-depth")
    }

    private func name(_ text: String) -> ProfileName {
        ProfileName(text) ?? { preconditionFailure("not a profile name: \(text)") }()
    }

    private func profiles(_ texts: [String]) throws -> [ProfileName: SandboxProfile] {
        var profiles: [ProfileName: SandboxProfile] = [:]
        for text in texts {
            let text = "apiVersion: agentbox.dev/v1\nkind: Sandbox\ndescription: x\n" + text
            let profile = try SandboxProfile.load(Array(text.utf8), file: "x.yaml")
            profiles[profile.name] = profile
        }
        return profiles
    }
}
