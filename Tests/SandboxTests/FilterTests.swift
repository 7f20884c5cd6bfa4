import CSeccomp
import Glibc
import Manifests
import StrictJSON
import Testing

@testable import Sandbox

private let allow = FilterAction.allow.rawValue
private let eperm = FilterAction.error(EPERM).rawValue
private let enosys = FilterAction.error(ENOSYS).rawValue
private let kill = FilterAction.killProcess.rawValue

private func number(_ name: String) throws -> UInt32 {
    try #require(SystemCallTable.of(.x86_64).numbers[name], "no number for \(name)")
}

private func verdict(
    _ profile: ResolvedProfile, _ name: String, _ arguments: [UInt64] = []
) throws -> UInt32? {
    let program = try FilterCompiler.compile(profile, for: .x86_64).instructions
    return evaluate(program, CallData(number: try number(name), arguments: arguments))
}

@Suite("A filter lets through what its profile allows, and nothing else")
struct FilterTests {
    private let base = ResolvedProfile.fixture()

    struct Case: CustomTestStringConvertible, Sendable {
        let call: String
        let arguments: [UInt64]
        let expected: UInt32
        var testDescription: String { "\(call)(\(arguments.map { String($0, radix: 16) }.joined(separator: ", ")))" }
        init(_ call: String, _ arguments: [UInt64] = [], _ expected: UInt32) {
            self.call = call
            self.arguments = arguments
            self.expected = expected
        }
    }

    static let baseCases: [Case] = [
        Case("read", [], allow), Case("openat", [], allow), Case("execve", [], allow), Case("exit_group", [], allow),
        Case("fchmodat2", [], allow),
        Case("clone3", [], enosys),
        Case("clone", [0x1200011], allow), Case("clone", [0x3d0f00], allow),
        Case("clone", [0x10000011], eperm), Case("clone", [0x20000], eperm), Case("clone", [0x40000000], eperm),
        Case("socket", [1, 1, 0], allow), Case("socket", [2, 1, 6], allow), Case("socket", [10, 2, 0], allow),
        Case("socket", [16, 3, 0], allow), Case("socket", [16, 3, 9], eperm), Case("socket", [38, 5, 0], eperm),
        Case("socket", [40, 1, 0], eperm), Case("socket", [17, 3, 0], eperm), Case("socket", [31, 3, 0], eperm),
        Case("socket", [0xffff_ffff_0000_0026, 5, 0], eperm), Case("socket", [0x1_0000_0001, 1, 0], allow),
        Case("socketpair", [1, 1, 0], allow), Case("socketpair", [30, 1, 0], eperm),
        Case("socketpair", [1, 0x80805, 0], allow), Case("socketpair", [1, 0x80001, 0], allow),
        Case("socketpair", [1, 2, 0], eperm), Case("socketpair", [1, 0x80802, 0], eperm),
        Case("socketpair", [1, 1 << 32 | 2, 0], eperm),
        Case("ioctl", [0, 0x5401], allow), Case("ioctl", [0, 0x5412], eperm), Case("ioctl", [0, 0x541c], eperm),
        Case("ioctl", [0, 0x1_0000_5412], eperm), Case("ioctl", [0, 0xdead_beef_0000_541c], eperm),
        Case("ioctl", [0, 0x5423], eperm),
        Case("prctl", [15], allow), Case("prctl", [35], eperm), Case("prctl", [0x5961_6d61], eperm),
        Case("prctl", [22], eperm), Case("prctl", [0x1_0000_0016], eperm),
        Case("personality", [0xffff_ffff], allow), Case("personality", [0x0040000], eperm),
        Case("prlimit64", [0, 7], allow), Case("prlimit64", [1, 7], eperm),
        Case("setpriority", [0, 0, 5], allow), Case("setpriority", [0, 7, 5], eperm),
        Case("setpriority", [2, 0, 5], eperm), Case("ioprio_set", [1, 7], eperm),
        Case("sched_setaffinity", [0], allow), Case("sched_setaffinity", [12], eperm),
        Case("execveat", [3, 0, 0, 0, 0], allow), Case("execveat", [3, 0, 0, 0, 0x1000], eperm),
        Case("execveat", [3, 0, 0, 0, 0x1100, 1], eperm),
        Case("execveat", [3, 0, 0, 0, 0x1000, 0xc00c_1e48_c00c_1e10], allow),
        Case("execveat", [3, 0, 0, 0, 0x1000, 0xc00c_1e10_c00c_1e48], eperm),
        Case("ptrace", [], eperm), Case("process_vm_readv", [], eperm), Case("kcmp", [], eperm),
        Case("bpf", [], eperm), Case("io_uring_setup", [], eperm), Case("userfaultfd", [], eperm),
        Case("keyctl", [], eperm), Case("mount", [], eperm), Case("unshare", [], eperm), Case("setns", [], eperm),
        Case("open_by_handle_at", [], eperm), Case("name_to_handle_at", [], eperm), Case("vmsplice", [], eperm),
        Case("mbind", [], eperm), Case("shmget", [], eperm), Case("msgget", [], eperm), Case("mq_open", [], eperm),
        Case("seccomp", [], eperm), Case("move_pages", [], eperm), Case("pidfd_getfd", [], eperm),
        Case("statmount", [], enosys), Case("cachestat", [], enosys), Case("map_shadow_stack", [], enosys),
    ]

    @Test(arguments: baseCases)
    func `an ordinary profile`(_ call: Case) throws {
        #expect(try verdict(base, call.call, call.arguments) == call.expected)
    }

    @Test func `every fixed refusal holds although its groups are allowed`() throws {
        let wide = ResolvedProfile.fixture { $0.allow = Array(SystemCallGroups.table.keys) }
        let program = try FilterCompiler.compile(wide, for: .x86_64).instructions
        for call in FixedRefusals.calls {
            guard let number = SystemCallTable.of(.x86_64).numbers[call] else { continue }
            #expect(evaluate(program, CallData(number: number)) != allow, "\(call)")
        }
        #expect(try verdict(wide, "setuid") == allow)
    }

    @Test func `a fixed refusal is lifted by its own name, or for one value by a rule`() throws {
        let named = ResolvedProfile.fixture { $0.allow.append("ptrace") }
        #expect(try verdict(named, "ptrace") == allow)
        let ruled = ResolvedProfile.fixture {
            $0.rules = [
                .init("ptrace", 0, ["PTRACE_TRACEME"], .allow), .init("socket", 0, ["AF_VSOCK"], .allow),
                .init("prctl", 0, ["PR_SET_PTRACER", "PR_SET_NAME"], .allow),
            ]
        }
        #expect(try verdict(ruled, "ptrace", [0]) == allow)
        #expect(try verdict(ruled, "ptrace", [16]) == eperm)
        #expect(try verdict(ruled, "socket", [40]) == allow)
        #expect(try verdict(ruled, "socket", [1]) == eperm)
        #expect(try verdict(ruled, "prctl", [0x5961_6d61]) == allow)
        #expect(try verdict(ruled, "prctl", [22]) == eperm)
    }

    @Test func `deny beats allow, names beat groups, and groups deny too`() throws {
        let profile = ResolvedProfile.fixture {
            $0.deny = ["read", "@io-event", "socket"]
            $0.rules = [.init("socket", 0, ["AF_UNIX"], .allow)]
        }
        for call in ["read", "epoll_wait", "poll", "socket"] { #expect(try verdict(profile, call, [1]) == eperm) }
        #expect(try verdict(profile, "write") == allow)
    }

    @Test func `a rule admits one value of a call that nothing else allows`() throws {
        let profile = ResolvedProfile.fixture {
            $0.allow = ["@default"]
            $0.rules = [.init("socket", 0, ["AF_UNIX"], .allow), .init("fcntl", 1, ["1", "0x2"], .allow)]
        }
        #expect(try verdict(profile, "socket", [1]) == allow)
        #expect(try verdict(profile, "socket", [2]) == eperm)
        #expect(try verdict(profile, "fcntl", [9, 2]) == allow)
        #expect(try verdict(profile, "fcntl", [9, 3]) == eperm)
        #expect(try verdict(profile, "read") == eperm)
    }

    @Test func `values of a whole register are compared whole, refusals by their lower half`() throws {
        let profile = ResolvedProfile.fixture {
            $0.rules = [
                .init("mmap", 2, ["1", "0x100000003"], .allow), .init("lseek", 1, ["5"], .deny),
                .init("lseek", 1, ["0x100000000"], .deny), .init("kill", 0, ["-1"], .deny),
            ]
        }
        #expect(try verdict(profile, "mmap", [0, 0, 1]) == allow)
        #expect(try verdict(profile, "mmap", [0, 0, 0x1_0000_0003]) == allow)
        #expect(try verdict(profile, "mmap", [0, 0, 0x1_0000_0001]) == eperm)
        #expect(try verdict(profile, "lseek", [0, 5]) == eperm)
        #expect(try verdict(profile, "lseek", [0, 0x7_0000_0005]) == eperm)
        #expect(try verdict(profile, "lseek", [0, 0x1_0000_0000]) == eperm)
        #expect(try verdict(profile, "lseek", [0, 0x2_0000_0000]) == allow)
        #expect(try verdict(profile, "kill", [UInt64.max]) == eperm)
        #expect(try verdict(profile, "kill", [0xffff_ffff]) == eperm)
        #expect(try verdict(profile, "kill", [1]) == allow)
    }

    @Test(arguments: [
        (SandboxProfile.SystemCalls.Action.eperm, eperm), (.enosys, enosys), (.kill, kill),
    ])
    func `what nothing allows meets the default action`(
        _ action: SandboxProfile.SystemCalls.Action, _ expected: UInt32
    ) throws {
        let profile = ResolvedProfile.fixture { $0.defaultAction = action }
        #expect(try verdict(profile, "ptrace") == expected)
        #expect(try verdict(profile, "clone3") == enosys)
        #expect(try verdict(profile, "clone", [0x1000_0000]) == eperm)
    }

    @Test func `other architectures are killed, x32 and unknown numbers do not exist`() throws {
        let program = try FilterCompiler.compile(base, for: .x86_64).instructions
        for architecture: UInt32 in [0x4000_0003, 0xc000_00b7, 0] {
            #expect(evaluate(program, CallData(number: 1, architecture: architecture)) == kill)
        }
        for number: UInt32 in [335, 336, 400, 470, 600, 0x4000_0000, 0x4000_0001, 0x4000_0201, 0xffff_ffff] {
            #expect(evaluate(program, CallData(number: number)) == enosys, "\(number)")
        }
    }

    @Test func `aarch64 is compiled with its own numbers`() throws {
        let program = try FilterCompiler.compile(base, for: .aarch64).instructions
        let arch = Architecture.aarch64.auditValue
        #expect(evaluate(program, CallData(number: 63, architecture: arch)) == allow)  // read
        #expect(evaluate(program, CallData(number: 117, architecture: arch)) == eperm)  // ptrace
        #expect(evaluate(program, CallData(number: 0)) == kill)
    }

    @Test func `for every number the verdict is that of the rules, as libseccomp would have it`() throws {
        let program = try FilterCompiler.compile(base, for: .x86_64).instructions
        let rules = try FilterRules(base, .x86_64)
        for (name, number) in SystemCallTable.of(.x86_64).numbers {
            guard case .always(let action) = rules.outcome(of: name, cookie: .placeholder) else { continue }
            #expect(evaluate(program, CallData(number: number)) == action.rawValue, "\(name)")
            #expect(seccomp_syscall_resolve_name(name) == Int32(number) || rules.table.recent.contains(name))
        }
    }

    @Test func `a large rule set still jumps to the right place`() throws {
        let values = (0..<900).map { String($0 * 3) }
        let profile = ResolvedProfile.fixture { $0.rules = [.init("fcntl", 1, values, .allow)] }
        for value: UInt64 in [0, 3, 300, 2697] { #expect(try verdict(profile, "fcntl", [0, value]) == allow) }
        for value: UInt64 in [1, 2, 301, 2700] { #expect(try verdict(profile, "fcntl", [0, value]) == eperm) }
        #expect(try verdict(profile, "ioctl", [0, 0x5412]) == eperm)
        #expect(try verdict(profile, "read") == allow)
    }

    @Test func `a filter beyond what the kernel takes is refused`() throws {
        let values = (0..<5000).map { String($0) }
        let profile = ResolvedProfile.fixture { $0.rules = [.init("fcntl", 1, values, .allow)] }
        #expect(throws: SandboxError(.filterTooLarge, "")) { try FilterCompiler.compile(profile) }
    }

    @Test func `a typing error is answered with the nearest name`() throws {
        let cases: [(ResolvedProfile, String)] = [
            (.fixture { $0.allow = ["@basicio"] }, "`@basic-io`"), (.fixture { $0.deny = ["ptrase"] }, "`ptrace`"),
            (.fixture { $0.rules = [.init("sockett", 0, ["1"], .allow)] }, "`socket`"),
            (.fixture { $0.rules = [.init("socket", 0, ["AF_UNIXX"], .allow)] }, "`AF_UNIX`"),
        ]
        for (profile, suggestion) in cases {
            #expect { try FilterCompiler.compile(profile) } throws: { error in
                (error as? SandboxError)?.remedy?.contains(suggestion) == true
            }
        }
    }

    @Test func `a rule cannot smuggle in the launcher's cookie`() {
        let value = String(Cookie.placeholder.low)
        let profile = ResolvedProfile.fixture { $0.rules = [.init("fcntl", 2, [value], .allow)] }
        #expect(throws: SandboxError(.unsupported, "")) { try FilterCompiler.compile(profile) }
    }

    @Test func `every profile refuses leases, urgent data and rare protocols, whatever else it allows`() throws {
        let wide = ResolvedProfile.fixture { $0.allow += ["@network-io", "fcntl", "socket", "sendto", "sendmsg"] }
        for command: UInt64 in [0x400, 0x402, 0x1_0000_0400] {
            #expect(try verdict(wide, "fcntl", [0, command]) == eperm)
        }
        #expect(try verdict(wide, "fcntl", [0, 3]) == allow)
        #expect(try verdict(wide, "sendto", [3, 0, 1, 1]) == eperm && verdict(wide, "sendto", [3, 0, 1, 0]) == allow)
        #expect(try verdict(wide, "sendmsg", [3, 0, 1]) == eperm && verdict(wide, "sendmsg", [3, 0, 0]) == allow)
        #expect(try verdict(wide, "socket", [2, 2, 136]) == eperm && verdict(wide, "socket", [2, 1, 6]) == allow)
    }

    /// CVE-2019-10063 of Flatpak: a bit that the kernel never looks at.
    @Test func `a range or a list of what not has to say how much of the argument counts`() throws {
        typealias Condition = SandboxProfile.SystemCalls.Condition
        func profile(_ call: String, _ condition: Condition, _ action: SandboxProfile.SystemCalls.RuleAction)
            -> ResolvedProfile
        {
            .fixture {
                $0.allow.append(call)
                $0.rules = [.init(syscall: call, conditions: [condition], isAlternative: false, action: action)]
            }
        }
        let range = Condition(argument: 2, test: .range(from: "1", to: "1"))
        #expect(throws: SandboxError(.invalidSpecification, "")) {
            try FilterCompiler.compile(profile("splice", range, .deny))
        }
        let shut = profile("shutdown", Condition(argument: 1, test: .range(from: "1", to: "1")), .deny)
        #expect(try verdict(shut, "shutdown", [3, 1]) == eperm)
        #expect(try verdict(shut, "shutdown", [3, 0x1_0000_0001]) == eperm)
        #expect(try verdict(shut, "shutdown", [3, 0]) == allow)
        let said = profile("splice", Condition(argument: 2, test: .range(from: "1", to: "1"), bits: 64), .deny)
        #expect(try verdict(said, "splice", [0, 0, 1]) == eperm)
    }

    @Test func `an ordinary filter stays small`() throws {
        #expect(try FilterCompiler.compile(base).instructions.count < 260)
    }
}
