import Manifests
import StrictJSON
import TestSupport
import Testing

@testable import Sandbox

@Suite("OCI profiles keep their meaning on the way here and back")
struct OCITests {
    private static func imported(
        _ source: JSON, _ capabilities: Set<String> = [], keepsDenials: Bool = false
    ) throws -> OCIImport {
        try OCIImport(
            source, name: try #require(ProfileName("imported")), description: "For tests.",
            base: try BundledProfiles.resolved("base"),
            host: OCIHost(capabilities: capabilities, kernel: try #require(KernelVersion("6.18"))),
            keepsDenials: keepsDenials)
    }

    private static func exported(_ profile: SandboxProfile) throws -> JSON {
        // Written out and read again, as on the way through a file.
        let text = ProfileText.yaml(profile, comment: ["a \u{202E}comment\nwith lines"])
        let again = try SandboxProfile.load(Array(text.utf8), file: "imported.yaml")
        #expect(again == profile)
        return try OCIExport.json(of: try ProfileResolver.resolve(again.name, in: [again.name: again]))
    }

    /// Calls of this machine with their arguments for which the two differ.
    private static func differences(
        _ one: JSON, _ other: JSON, _ capabilities: Set<String> = []
    ) throws -> Set<String> {
        let (before, after) = (try OCIEvaluator(one, capabilities: capabilities), try OCIEvaluator(other))
        let boundaries = OCIEvaluator.boundaries(one, other)
        var different: Set<String> = []
        let compared = Set(
            [one, other].flatMap { $0["syscalls"]?.arrayValue ?? [] }.filter { $0["args"] != nil }
                .flatMap { $0["names"]?.arrayValue ?? [] }.compactMap(\.stringValue))
        for call in SystemCallTable.of(.host).numbers.keys {
            // What no rule compares an argument of needs no more than a look.
            let values = compared.contains(call) ? boundaries : [0, .max]
            for argument in 0..<6 {
                for value in values {
                    for fill: UInt64 in [0, 16] {
                        var arguments = [UInt64](repeating: fill, count: 6)
                        arguments[argument] = value
                        let (old, new) = (before.answers(call, arguments), after.answers(call, arguments))
                        #expect(new.count == 1)
                        if old != new { different.insert(call) }
                    }
                }
            }
        }
        return different
    }

    /// TIOCSTI, PR_SET_PTRACER, AF_PACKET: what every profile refuses of an argument, not of a call.
    @Test func `values of arguments that an import opens are named, and left out where that is asked for`() throws {
        let names: JSON = ["ioctl", "prctl", "socket", "fcntl", "read"]
        let source: JSON = [
            "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [["names": names, "action": "SCMP_ACT_ALLOW"]],
        ]
        let opened = try Self.imported(source).opens
        for word in ["ioctl (argument 1)", "prctl (argument 0)", "socket (argument 0)", "fcntl (argument 1)"] {
            #expect(opened.contains(word), "\(opened)")
        }
        #expect(!opened.contains { $0.hasPrefix("read") })
        let kept = try Self.imported(source, keepsDenials: true)
        #expect(kept.opens.isEmpty && kept.staysDenied.contains { $0.contains("ioctl") }, "\(kept.staysDenied)")
    }

    /// A profile of the form of Docker's.
    private static let docker: JSON = [
        "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 1,
        "archMap": [
            ["architecture": .string(Architecture.host.ociName), "subArchitectures": ["SCMP_ARCH_X86"]],
            ["architecture": "SCMP_ARCH_S390X", "subArchitectures": .null],
        ],
        "syscalls": [
            [
                "names": [
                    "read", "write", "exit_group", "ioctl", "prctl", "execveat", "vmsplice", "_llseek", "setpriority",
                    "socketpair", "mq_open", "setsockopt", "mseal",
                ], "action": "SCMP_ACT_ALLOW",
            ],
            ["names": ["ptrace"], "action": "SCMP_ACT_ALLOW", "includes": ["minKernel": "4.8"]],
            ["names": ["kcmp"], "action": "SCMP_ACT_ALLOW", "excludes": ["minKernel": "4.8"]],
            ["names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 38, "LT")]],
            ["names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 39, "EQ")]],
            ["names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 40, "GT")]],
            ["names": ["personality"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 8, "EQ")]],
            ["names": ["personality"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 0xffff_ffff, "EQ")]],
            ["names": ["arch_prctl"], "action": "SCMP_ACT_ALLOW", "includes": ["arches": ["amd64", "x32"]]],
            ["names": ["s390_pci_mmio_read"], "action": "SCMP_ACT_ALLOW", "includes": ["arches": ["s390"]]],
            ["names": ["bpf", "clone", "mount"], "action": "SCMP_ACT_ALLOW", "includes": ["caps": ["CAP_SYS_ADMIN"]]],
            [
                "names": ["clone"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 0x7e02_0000, "MASKED_EQ", 0)],
                "comment": "not into a namespace of its own",
                "excludes": ["caps": ["CAP_SYS_ADMIN"], "arches": ["s390"]],
            ],
            [
                "names": ["clone3"], "action": "SCMP_ACT_ERRNO", "errnoRet": 38,
                "excludes": ["caps": ["CAP_SYS_ADMIN"]],
            ],
        ],
    ]

    /// One of the form of Podman's: the default is ENOSYS, and rules name further errors and two arguments.
    private static let podman: JSON = [
        "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38, "defaultErrno": "ENOSYS",
        "architectures": [.string(Architecture.host.ociName)],
        "syscalls": [
            ["names": ["read", "write"], "action": "SCMP_ACT_ALLOW", "args": [], "includes": [:], "excludes": [:]],
            ["names": ["reboot", "kcmp"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1, "errno": "EPERM"],
            [
                "names": ["socket"], "action": "SCMP_ACT_ERRNO", "errnoRet": 22,
                "args": [comparison(0, 16, "EQ"), comparison(2, 9, "EQ")],
            ],
            ["names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [comparison(2, 9, "NE")]],
            ["names": ["socket"], "action": "SCMP_ACT_ALLOW", "args": [comparison(0, 16, "NE")]],
            ["names": ["ftruncate"], "action": "SCMP_ACT_KILL_PROCESS", "args": [comparison(1, 1 << 40, "GE")]],
            ["names": ["ftruncate"], "action": "SCMP_ACT_ALLOW", "args": [comparison(1, 4096, "LE")]],
            // One argument twice: runtimes take that for two rules.
            [
                "names": ["lseek"], "action": "SCMP_ACT_ALLOW",
                "args": [comparison(1, 5, "LT"), comparison(1, 9, "GT")],
            ],
        ],
    ]

    private static func comparison(_ index: Int64, _ value: Int64, _ word: String, _ second: Int64? = nil) -> JSON {
        var object: JSONObject = [
            "index": .integer(index), "value": .integer(value), "op": .string("SCMP_CMP_" + word),
        ]
        if let second { object["valueTwo"] = .integer(second) }
        return .object(object)
    }

    @Test func `every call and every argument has the same answer afterwards, without capabilities`() throws {
        for source in [Self.docker, Self.podman] {
            let result = try Self.imported(source)
            #expect(result.staysDenied.isEmpty)
            #expect(try Self.differences(source, try Self.exported(result.profile)).isEmpty)
        }
    }

    @Test func `what libseccomp compares beyond what the kernel reads is named, and can be closed`() throws {
        let result = try Self.imported(Self.docker)
        let notes = result.notes.filter { $0.contains("is compared whole") }
        #expect(notes.count == 1 && notes[0].hasPrefix("`socket` (domain)"))
        // AF_VSOCK, with a bit that the kernel does not read.
        let hidden: [UInt64] = [1 << 32 | 40, 1, 0]
        #expect(try OCIEvaluator(Self.docker).answers("socket", hidden) == [.allow])
        var closed = result.profile
        closed.syscalls.rules = closed.syscalls.rules?.map { rule in
            var rule = rule
            rule.conditions = rule.conditions.map {
                var condition = $0
                condition.bits = nil
                return condition
            }
            return rule
        }
        let profile = try ProfileResolver.resolve(closed.name, in: [closed.name: closed])
        #expect(try FilterAnalysis(profile).allowed("socket").contains(hidden) == false)
        #expect(try FilterAnalysis(profile).allowed("socket").contains([1, 1, 0]))
    }

    @Test func `with capabilities too, but for what cannot be had here, which is named`() throws {
        let admin: Set<String> = ["CAP_SYS_ADMIN"]
        let result = try Self.imported(Self.docker, admin)
        #expect(result.staysDenied.isEmpty)
        // clone3, which this profile does not allow, meets ENOSYS instead of EPERM: that is said.
        let exported = try Self.exported(result.profile)
        #expect(try Self.differences(Self.docker, exported, admin) == ["clone3"])
        #expect(result.notes.contains { $0.contains("`clone3` meets ENOSYS, not EPERM") })
        #expect(result.opens.contains("mount") && result.opens.contains("bpf"))
        // Positive control: the capability makes a difference.
        #expect(try Self.differences(Self.docker, exported).isSuperset(of: ["mount", "bpf", "clone"]))
    }

    @Test func `an import of what cannot pass here says so`() throws {
        let source: JSON = [
            "defaultAction": "SCMP_ACT_ERRNO",
            "syscalls": [["names": ["clone3", "read"], "action": "SCMP_ACT_ALLOW"]],
        ]
        #expect(try Self.imported(source).staysDenied == ["`clone3` ($.syscalls[0].names[0])"])
    }

    @Test func `our own denials stay where that is asked for, and each of them is named`() throws {
        let result = try Self.imported(Self.docker, keepsDenials: true)
        #expect(result.opens.isEmpty)
        let different = try Self.differences(Self.docker, try Self.exported(result.profile))
        #expect(different.isSuperset(of: ["ptrace", "vmsplice", "mq_open", "ioctl", "prctl", "socket", "socketpair"]))
        #expect(!different.contains("read") && !different.contains("personality"))
        for call in different { #expect(result.staysDenied.contains { $0.hasPrefix("`\(call)`") }, "\(call)") }
    }

    @Test(arguments: BundledProfiles.names)
    func `a bundled profile that goes out and comes back lets the same pass`(_ name: String) throws {
        let profile = try BundledProfiles.resolved(name)
        let result = try Self.imported(try OCIExport.json(of: profile))
        #expect(result.staysDenied.isEmpty)
        let made = try ProfileResolver.resolve(result.profile.name, in: [result.profile.name: result.profile])
        let changes = try ProfileComparison(from: profile, to: made).changes
        // Whether a box has destinations no filter of system calls says: what comes back has none.
        #expect(made.network == .none)
        #expect(
            !changes.contains { $0.area == .systemCalls || ($0.area == .network && profile.network == .none) },
            "\(changes.map(\.text))")
    }

    /// A rule in the place of the last one, and the place that the error names.
    static let refused: [(rule: String, place: String)] = [
        (#"{"names": ["read"], "action": "SCMP_ACT_LOG"}"#, "$.syscalls[0].action: cannot"),
        (#"{"names": ["read"], "action": "SCMP_ACT_TRACE", "errnoRet": 7}"#, "$.syscalls[0].action: cannot"),
        (#"{"names": ["read"], "action": "SCMP_ACT_NOTIFY"}"#, "$.syscalls[0].action: cannot"),
        (#"{"names": ["read"], "action": "SCMP_ACT_TRAP"}"#, "$.syscalls[0].action: cannot"),
        (#"{"names": ["read"], "action": "SCMP_ACT_ALOW"}"#, "$.syscalls[0].action: `SCMP_ACT_ALOW`"),
        (#"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "errnoRet": 1}"#, "$.syscalls[0].action: has an error"),
        (#"{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5000}"#, "$.syscalls[0].errnoRet: "),
        (#"{"names": ["read"], "action": "SCMP_ACT_ERRNO", "errno": "EHWAT"}"#, "$.syscalls[0].errno: "),
        (#"{"names": [], "action": "SCMP_ACT_ALLOW"}"#, "$.syscalls[0].names: "),
        (#"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "priority": 1}"#, "$.syscalls[0].priority: is no key"),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 6, "value": 0, "op": "SCMP_CMP_EQ"}]}"#,
            "$.syscalls[0].args[0].index: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 0, "op": "SCMP_CMP_XX"}]}"#,
            "$.syscalls[0].args[0].op: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": -1, "op": "SCMP_CMP_EQ"}]}"#,
            "$.syscalls[0].args[0].value: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 18446744073709551615, "op": "SCMP_CMP_EQ"}]}"#,
            "$.syscalls[0].args[0].value: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 1, "valueTwo": 2, "op": "SCMP_CMP_EQ"}]}"#,
            "$.syscalls[0].args[0].valueTwo: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 1, "valueTwo": 2, "op": "SCMP_CMP_MASKED_EQ"}]}"#,
            "$.syscalls[0].args[0].valueTwo: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "includes": {"minKernel": "new"}}"#,
            "$.syscalls[0].includes.minKernel: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "includes": {"cpus": []}}"#,
            "$.syscalls[0].includes.cpus: "
        ),
        (
            #"{"names": ["read"], "action": "SCMP_ACT_ALLOW", "args": [{"index": 0, "value": 5, "op": "SCMP_CMP_GT"}]}, {"names": ["read"], "action": "SCMP_ACT_KILL", "args": [{"index": 1, "value": 5, "op": "SCMP_CMP_EQ"}]}"#,
            "$.syscalls[1].names[0]: contradicts $.syscalls[0].names[0]"
        ),
    ]

    @Test(arguments: refused)
    func `what cannot be carried over is an error that names its place`(_ rule: String, _ place: String) throws {
        let source = try JSON(parsing: #"{"defaultAction": "SCMP_ACT_ERRNO", "syscalls": [\#(rule)]}"#)
        #expect { try Self.imported(source) } throws: { ($0 as? OCIError)?.message.hasPrefix(place) == true }
    }

    static let refusedWhole: [(text: String, place: String)] = [
        (#"{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": []}"#, "$.defaultAction: "),
        (#"{"defaultAction": "SCMP_ACT_LOG", "syscalls": []}"#, "$.defaultAction: "),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 13, "syscalls": []}"#, "$.defaultErrnoRet: "),
        (#"{"syscalls": []}"#, "$.defaultAction: is missing"),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "architectures": ["SCMP_ARCH_S390X"]}"#, "$.architectures: "),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "flags": ["SECCOMP_FILTER_FLAG_SPEC_ALLOW"]}"#, "$.flags: "),
        (#"{"defaultAction": "SCMP_ACT_ERRNO", "listenerPath": "/run/x"}"#, "$.listenerPath: "),
        (#"{"linux": {"seccomp": {"defaultAction": "SCMP_ACT_ERRNO", "sycalls": []}}}"#, "$.linux.seccomp.sycalls: "),
        (#"[]"#, "$: expected an object"),
    ]

    @Test(arguments: refusedWhole)
    func `so is what the profile as a whole cannot be`(_ text: String, _ place: String) throws {
        let source = try JSON(parsing: text)
        #expect { try Self.imported(source) } throws: { ($0 as? OCIError)?.message.hasPrefix(place) == true }
    }

    @Test func `a name that nobody knows is said, not dropped`() throws {
        let source: JSON = [
            "defaultAction": "SCMP_ACT_ERRNO", "syscalls": [["names": ["read", "reed"], "action": "SCMP_ACT_ALLOW"]],
        ]
        let result = try Self.imported(source)
        #expect(result.profile.syscalls.allow == ["read"])
        #expect(result.notes.contains { $0.hasPrefix("$.syscalls[0].names[1]: `reed` is unknown") })
    }

    @Test func `numbers that JSON does not carry exactly are not written`() throws {
        let profile = ResolvedProfile.fixture {
            $0.rules = [
                .init(
                    syscall: "mmap", conditions: [.init(argument: 1, test: .range(from: "5", to: "0x100000007"))],
                    isAlternative: false, action: .allow)
            ]
        }
        #expect(throws: OCIError.self) { try OCIExport.json(of: profile) }
    }

    @Test func `of rules without arguments the first decides, as libseccomp has it, and the others are named`() throws {
        let source: JSON = [
            "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": 38,
            "syscalls": [
                ["names": ["setns", "read"], "action": "SCMP_ACT_ALLOW"],
                ["names": ["setns"], "action": "SCMP_ACT_ERRNO", "errnoRet": 1],
                ["names": ["write"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5, "args": [Self.comparison(0, 9, "EQ")]],
                ["names": ["write"], "action": "SCMP_ACT_ALLOW"],
                ["names": ["close"], "action": "SCMP_ACT_ERRNO", "errnoRet": 5],
                ["names": ["close"], "action": "SCMP_ACT_ALLOW", "args": [Self.comparison(0, 9, "EQ")]],
            ],
        ]
        let result = try Self.imported(source)
        #expect(result.profile.syscalls.allow == ["read", "setns", "write"])
        for place in ["$.syscalls[1].names[0]: ", "$.syscalls[3].names[0] decides", "$.syscalls[5].names[0]: "] {
            #expect(result.notes.contains { $0.hasPrefix(place) }, "\(place)")
        }
        #expect(try Self.differences(source, try Self.exported(result.profile)).subtracting(["clone3"]).isEmpty)
    }

    @Test func `a profile made to keep the import busy is refused`() throws {
        let rules = (0..<50).map { bit -> JSON in
            let value = Int64(1) << Int64(bit)
            let arguments = (0..<2).map { Self.comparison(Int64($0), value, "MASKED_EQ", value) }
            return ["names": ["mmap"], "action": "SCMP_ACT_ALLOW", "args": .array(arguments)]
        }
        let source: JSON = ["defaultAction": "SCMP_ACT_ERRNO", "syscalls": .array(rules)]
        #expect { try Self.imported(source) } throws: { error in
            (error as? OCIError)?.message.hasPrefix("$.syscalls[") == true
        }
    }

    @Test func `a default that kills goes out and comes back`() throws {
        let exported = try OCIExport.json(of: .fixture { $0.defaultAction = .kill })
        #expect(exported["defaultAction"] == "SCMP_ACT_KILL_PROCESS" && exported["defaultErrnoRet"] == nil)
        let result = try Self.imported(exported)
        #expect(result.profile.syscalls.defaultAction == .kill && result.staysDenied.isEmpty)
        #expect(try Self.differences(exported, try Self.exported(result.profile)).isEmpty)
        // SCMP_ACT_KILL ends a thread: here it ends the process, and that is said.
        let thread: JSON = [
            "defaultAction": "SCMP_ACT_KILL", "syscalls": [["names": ["read"], "action": "SCMP_ACT_ALLOW"]],
        ]
        #expect(try Self.imported(thread).notes.contains { $0.contains("not the thread alone") })
    }

    /// What the package golang-github-containers-common installs; skipped where it is not.
    @Test(.enabled(if: File.text(of: "/usr/share/containers/seccomp.json") != nil))
    func `the profile of Podman that this machine has`() throws {
        let source = try JSON(parsing: try #require(File.text(of: "/usr/share/containers/seccomp.json")))
        for capabilities: Set<String> in [[], ["CAP_AUDIT_WRITE", "CAP_SYS_PTRACE"]] {
            let exported = try Self.exported(try Self.imported(source, capabilities).profile)
            #expect(try Self.differences(source, exported, capabilities).subtracting(["clone3"]).isEmpty)
        }
    }
}
