import Testing

@testable import Manifests

@Suite("A sandbox profile is loaded whole and right, or not at all")
struct SandboxProfileTests {
    @Test("the profile of the design loads")
    func design() throws {
        let text = """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: pure
            description: Computes on what it is given. No network, no writes, no new programs.
            extends: base
            isolation: [namespaces, landlock, seccomp]
            filesystem: {read: [/usr, /lib, /lib64, /etc/ld.so.cache], tmp: 16MiB}
            network: none
            syscalls:
              default: EPERM
              allow: ["@default", "@basic-io", "@file-system"]
              deny: [ptrace, "@io-uring"]
              rules:
                - {syscall: socket, arg: 0, in: [AF_UNIX, 0x10], action: allow}
            environment: {pass: [LANG, TZ], set: {PATH: /usr/bin}}
            limits: {memory: 256MiB, processes: 16, cpu: 10s, files: 64, fileSize: 16MiB}
            """
        let profile = try SandboxProfile.load(Array(text.utf8), file: "pure.yaml")
        #expect(profile.extends?.rawValue == "base")
        #expect(profile.filesystem.tmp == ByteCount(16 << 20))
        #expect(
            profile.syscalls.rules == [
                .init(syscall: "socket", argument: 0, values: ["AF_UNIX", "16"], action: .allow)
            ])
        #expect(profile.environment.set == ["PATH": "/usr/bin"])
        #expect(profile.limits.cpu == .seconds(10))
    }

    /// Lines after those of `Documents.sandbox`, the first of them line 5.
    static let refused: [(lines: String, places: [String])] = [
        ("extends: mine", ["5:10 extends contradiction"]),
        ("isolation: []", ["5:12 isolation invalid-value"]),
        ("isolation: [landlok]", ["5:13 isolation[0] invalid-value"]),
        ("isolation: [seccomp, seccomp]", ["5:22 isolation[1] contradiction"]),
        ("landlock: {abi: 8}", ["5:17 landlock.abi invalid-value"]),
        ("landlock: {}", ["5:11 landlock missing-key"]),
        ("network: host", ["5:10 network invalid-value"]),
        ("filesystem: {read: [usr]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/usr/]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/usr/../etc]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/proc/1]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/dev]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/run/docker.sock]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {read: [/workspace]}", ["5:21 filesystem.read[0] invalid-value"]),
        ("filesystem: {exec: [/tmp/x]}", ["5:21 filesystem.exec[0] invalid-value"]),
        ("filesystem: {workspace: some}", ["5:25 filesystem.workspace invalid-value"]),
        ("filesystem: {grants: [red]}", ["5:23 filesystem.grants[0] invalid-value"]),
        ("filesystem: {tmp: -1}", ["5:19 filesystem.tmp invalid-value"]),
        ("syscalls: {allow: [Open]}", ["5:20 syscalls.allow[0] invalid-value"]),
        ("syscalls: {allow: [\"@\"]}", ["5:20 syscalls.allow[0] invalid-value"]),
        ("syscalls: {allow: [bpf], deny: [bpf]}", ["5:20 syscalls.allow[0] contradiction"]),
        (
            "syscalls: {rules: [{syscall: \"@x\", arg: 0, in: [1], action: allow}]}",
            ["5:30 syscalls.rules[0].syscall invalid-value"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 6, in: [1], action: allow}]}",
            ["5:38 syscalls.rules[0].arg invalid-value"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [], action: allow}]}",
            ["5:45 syscalls.rules[0].in invalid-value"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [af], action: allow}]}",
            ["5:46 syscalls.rules[0].in[0] invalid-value"]
        ),
        ("syscalls: {rules: [{syscall: x, arg: 0, in: [1]}]}", ["5:20 syscalls.rules[0] missing-key"]),
        ("syscalls: {rules: [{syscall: x, action: allow}]}", ["5:20 syscalls.rules[0] missing-key"]),
        ("syscalls: {rules: [{syscall: x, arg: 0, action: deny}]}", ["5:20 syscalls.rules[0] missing-key"]),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [1], from: 2, action: deny}]}",
            ["5:20 syscalls.rules[0] contradiction"]
        ),
        (
            "syscalls: {rules: [{syscall: x, from: 2, action: deny}]}",
            ["5:39 syscalls.rules[0].from missing-key"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, from: 2, mask: 3, action: deny}]}",
            ["5:56 syscalls.rules[0] contradiction"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [1], bits: 48, action: deny}]}",
            ["5:56 syscalls.rules[0].bits invalid-value"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [0x], action: deny}]}",
            ["5:46 syscalls.rules[0].in[0] invalid-value"]
        ),
        (
            "syscalls: {rules: [{syscall: x, arg: 0, in: [1], action: allow, errno: EINVAL}]}",
            ["5:72 syscalls.rules[0].errno contradiction"]
        ),
        (
            "syscalls: {rules: [{syscall: x, when: [{in: [1]}], action: deny}]}",
            ["5:40 syscalls.rules[0].when[0] missing-key"]
        ),
        ("environment: {pass: [A=B]}", ["5:22 environment.pass[0] invalid-value"]),
        ("environment: {pass: [LD_PRELOAD]}", ["5:22 environment.pass[0] invalid-value"]),
        ("environment: {set: {GLIBC_TUNABLES: x}}", ["5:21 environment.set.GLIBC_TUNABLES invalid-value"]),
        ("environment: {set: {AGENTBOX_SOCKET: x}}", ["5:21 environment.set.AGENTBOX_SOCKET invalid-value"]),
        ("environment: {set: {A: 1}}", ["5:24 environment.set.A invalid-value"]),
        ("environment: {set: {A: \"\\0\"}}", ["5:24 environment.set.A invalid-value"]),
        ("limits: {cpu: 500ms}", ["5:15 limits.cpu invalid-value"]),
        ("limits: {processes: 0}", ["5:21 limits.processes invalid-value"]),
        ("limits: {files: 2}", ["5:17 limits.files invalid-value"]),
    ]

    @Test("what is wrong is named with its place", arguments: refused)
    func refusals(_ lines: String, _ places: [String]) {
        #expect(Kind.sandbox.problems(Documents.sandbox(lines)).map(\.place) == places)
    }
}
