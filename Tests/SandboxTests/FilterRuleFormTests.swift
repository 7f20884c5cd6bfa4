import Glibc
import Manifests
import Testing

@testable import Sandbox

private typealias Condition = SandboxProfile.SystemCalls.Condition
private typealias Rule = SandboxProfile.SystemCalls.Rule

private let allow = FilterAction.allow.rawValue
private let eperm = FilterAction.error(EPERM).rawValue

@Suite("Rules compare masked bits, ranges and several arguments, and say which error")
struct FilterRuleFormTests {
    private static func verdict(_ rules: [Rule], _ name: String, _ arguments: [UInt64]) throws -> UInt32? {
        let profile = ResolvedProfile.fixture { $0.rules = rules }
        let program = try FilterCompiler.compile(profile, for: .x86_64).instructions
        let number = try #require(SystemCallTable.of(.x86_64).numbers[name])
        return evaluate(program, CallData(number: number, arguments: arguments))
    }

    private static func rule(
        _ call: String, _ condition: Condition, _ action: SandboxProfile.SystemCalls.RuleAction = .allow,
        errno: String? = nil
    ) -> Rule {
        Rule(syscall: call, conditions: [condition], isAlternative: false, action: action, errno: errno)
    }

    /// Values at which a comparison can go wrong.
    private static let boundaries: [UInt64] = {
        let bases: [UInt64] = [
            0, 1, 37, 38, 39, 40, 41, 0x8000_0000, 0x1_0000_0000, 0x1_0000_0026, 0x5_0000_0007, 0x8000_0000_0000_0000,
        ]
        return bases.flatMap { [$0 &- 1, $0, $0 &+ 1] }
    }()

    private static let ranges: [(UInt64, UInt64)] = [
        (0, .max), (38, 38), (38, 40), (0, 37), (41, .max), (38, 0x1_0000_0026), (0x1_0000_0000, 0x5_0000_0007),
        (0x1_0000_0026, 0x1_0000_0028), (.max, .max), (0x8000_0000_0000_0000, .max),
    ]

    private static let masks: [(UInt64, [UInt64])] = [
        (0x7e02_0000, [0]), (3, [1, 2]), (0xffff_0000_0000_0000, [0, 0x8000_0000_0000_0000]), (.max, [38]), (0, [0]),
    ]

    /// `mmap`'s length is a register that the kernel reads whole.
    @Test(arguments: ranges)
    func `a range holds both of its ends and nothing beside them`(_ from: UInt64, _ to: UInt64) throws {
        let texts = (String(from), String(to))
        for value in Self.boundaries {
            let isInside = (from...to).contains(value)
            let range = Condition(argument: 1, test: .range(from: texts.0, to: texts.1))
            #expect(try Self.verdict([Self.rule("mmap", range)], "mmap", [0, value]) == (isInside ? allow : eperm))
            #expect(
                try Self.verdict([Self.rule("mmap", range, .deny)], "mmap", [0, value]) == (isInside ? eperm : allow))
        }
    }

    @Test(arguments: masks)
    func `a mask compares its bits and no others`(_ mask: UInt64, _ values: [UInt64]) throws {
        let test = Condition(argument: 1, test: .in(values.map { String($0) }), mask: String(mask))
        let other = Condition(argument: 1, test: .notIn(values.map { String($0) }), mask: String(mask))
        for value in Self.boundaries + [0x1000_0011, 0x1200011, 0x7e02_0000] {
            let expected = values.contains(value & mask) ? allow : eperm
            #expect(try Self.verdict([Self.rule("mmap", test)], "mmap", [0, value]) == expected)
            #expect(try Self.verdict([Self.rule("mmap", other)], "mmap", [0, value]) != expected)
            #expect(try Self.verdict([Self.rule("mmap", other, .deny)], "mmap", [0, value]) == expected)
        }
    }

    @Test func `bits that the kernel does not read get round no comparison, unless the rule asks for the register`()
        throws
    {
        // ioctl's request has 32 bits: TIOCSTI with a bit above is TIOCSTI (CVE-2019-10063).
        let hidden: UInt64 = 1 << 32 | 0x5412
        let forms: [Condition] = [
            .init(argument: 1, test: .notIn(["TIOCSTI"])), .init(argument: 1, test: .range(from: nil, to: "0x5411")),
            .init(argument: 1, test: .range(from: "0x5413", to: nil)),
            .init(argument: 1, test: .notIn(["TIOCSTI"]), mask: "0xffff"),
        ]
        for form in forms {
            #expect(try Self.verdict([Self.rule("ioctl", form)], "ioctl", [0, hidden]) == eperm, "\(form.text)")
        }
        // Positive control: libseccomp's own reading of the same rule lets it pass.
        let whole = Condition(argument: 1, test: .notIn(["TIOCSTI"]), bits: 64)
        #expect(try Self.verdict([Self.rule("ioctl", whole)], "ioctl", [0, hidden]) == allow)
        #expect(try Self.verdict([Self.rule("ioctl", whole)], "ioctl", [0, 0x5412]) == eperm)
    }

    @Test func `of alternatives one must hold as a whole, besides what is said of single arguments`() throws {
        func when(_ conditions: [Condition]) -> Rule {
            Rule(syscall: "socket", conditions: conditions, isAlternative: true, action: .allow)
        }
        let rules = [
            when([.init(argument: 0, test: .in(["AF_UNIX"])), .init(argument: 1, test: .in(["SOCK_STREAM"]))]),
            when([.init(argument: 0, test: .in(["AF_INET"])), .init(argument: 2, test: .in(["IPPROTO_TCP"]))]),
        ]
        #expect(try Self.verdict(rules, "socket", [1, 1, 9]) == allow)
        #expect(try Self.verdict(rules, "socket", [2, 7, 6]) == allow)
        for refused: [UInt64] in [[1, 2, 6], [2, 1, 17], [10, 1, 6], [40, 1, 6]] {
            #expect(try Self.verdict(rules, "socket", refused) == eperm)
        }
        // An alternative names no value for itself: what every profile refuses stays refused.
        let wide = [when([.init(argument: 0, test: .range(from: "0", to: nil))])]
        #expect(try Self.verdict(wide, "socket", [40, 1, 0]) == eperm)
        #expect(try Self.verdict(wide, "socket", [1, 1, 0]) == allow)
    }

    @Test func `a denied call returns the error of its rule, and kill ends the process`() throws {
        let rules = [
            Rule(syscall: "ptrace", conditions: [], isAlternative: false, action: .deny, errno: "ENOSYS"),
            Rule(syscall: "read", conditions: [], isAlternative: false, action: .deny, errno: "5"),
            Self.rule("socket", .init(argument: 0, test: .in(["AF_NETLINK"])), .deny, errno: "EINVAL"),
            Self.rule("fcntl", .init(argument: 1, test: .in(["F_NOTIFY"])), .kill),
            Self.rule("keyctl", .init(argument: 0, test: .in(["1"])), .kill),
        ]
        let cases: [(String, [UInt64], FilterAction)] = [
            ("ptrace", [], .error(ENOSYS)), ("read", [], .error(EIO)), ("write", [], .allow),
            ("socket", [16], .error(EINVAL)), ("socket", [1, 1], .allow), ("socket", [40], .error(EPERM)),
            ("fcntl", [0, 0x402], .killProcess), ("fcntl", [0, 1], .allow), ("keyctl", [1], .killProcess),
            ("keyctl", [2], .error(EPERM)),
        ]
        for (call, arguments, action) in cases {
            #expect(try Self.verdict(rules, call, arguments) == action.rawValue, "\(call) \(arguments)")
        }
    }

    @Test func `what every profile refuses of clone and execveat is lifted by a rule on that argument only`() throws {
        let newUser: UInt64 = 0x1000_0011
        #expect(try Self.verdict([], "clone", [newUser]) == eperm)
        let flags = Self.rule("clone", .init(argument: 0, test: .range(from: "0", to: nil)))
        #expect(try Self.verdict([flags], "clone", [newUser]) == allow)
        let other = Self.rule("clone", .init(argument: 1, test: .range(from: "0", to: nil)))
        #expect(try Self.verdict([other], "clone", [newUser]) == eperm)
        let empty = Self.rule("execveat", .init(argument: 4, test: .range(from: "0", to: nil)))
        #expect(try Self.verdict([], "execveat", [3, 0, 0, 0, 0x1000]) == eperm)
        #expect(try Self.verdict([empty], "execveat", [3, 0, 0, 0, 0x1000]) == allow)
        // The launcher's own passes whatever the profile refuses.
        let none = Rule(syscall: "execveat", conditions: [], isAlternative: false, action: .deny, errno: "EACCES")
        #expect(try Self.verdict([none], "execveat", [3, 0, 0, 0, 0x1000, 0xc00c_1e48_c00c_1e10]) == allow)
        #expect(try Self.verdict([none], "execveat", [3]) == FilterAction.error(EACCES).rawValue)
    }

    @Test func `a rule that never holds, and an error that there is not, are refused`() {
        let rules = [
            Self.rule("mmap", .init(argument: 1, test: .in(["4"]), mask: "3")),
            Self.rule("mmap", .init(argument: 1, test: .range(from: "4", to: "3"))),
            Self.rule("ioctl", .init(argument: 1, test: .range(from: "0x100000000", to: nil))),
            Self.rule("ioctl", .init(argument: 1, test: .in(["0"]), mask: "0x100000000")),
            Self.rule("mmap", .init(argument: 1, test: .in(["4"])), .deny, errno: "EINVALID"),
            Self.rule("mmap", .init(argument: 1, test: .in(["4"])), .deny, errno: "4096"),
        ]
        for rule in rules {
            #expect(throws: SandboxError.self) { try Self.verdict([rule], "mmap", []) }
        }
    }
}
