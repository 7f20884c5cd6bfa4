import Diagnostics
import StrictJSON

extension SandboxProfile.SystemCalls.Rule {
    private typealias Condition = SandboxProfile.SystemCalls.Condition

    static let shape: Shape<Self> = object(
        "a rule",
        required(
            "syscall",
            .text("the name of a system call", pattern: "^[a-z_][a-z0-9_-]*$", length: 1...64) {
                SystemCallName.isValid($0, groups: false) ? $0 : nil
            }, "The system call, by name."),
        optional("arg", .integer(0...5), Condition.About.argument),
        optional("in", .argumentValues, Condition.About.in),
        optional("notIn", .argumentValues, Condition.About.notIn),
        optional("from", .argumentValue, Condition.About.from),
        optional("to", .argumentValue, Condition.About.to),
        optional("mask", .argumentValue, Condition.About.mask),
        optional("bits", Condition.width, Condition.About.bits),
        optional(
            "when", Shape<[Condition]>.list(of: Condition.shape, "a list of conditions", count: 1...6),
            "Conditions that must all hold. Of the `allow` rules with `when`, one must hold as a whole."),
        required("action", .choice(), "What happens to such a call."),
        optional(
            "errno", .argumentValue, "What a denied call returns, such as `EINVAL`; else the profile's `default`.")
    ) { call, argument, values, others, from, to, mask, bits, when, action, errno in
        let own = argument.map { [Condition.made($0, values, others, from, to, mask, bits)] }
        return Self(
            syscall: call, conditions: when ?? own ?? [], isAlternative: when != nil, action: action, errno: errno)
    }.structured { located, decoding in
        checkKeys(located, &decoding)
        Condition.check(located, &decoding)
    }.checked { rule, located, decoding in
        if rule.conditions.isEmpty, rule.action == .allow {
            decoding.report(
                .missingKey, at: located.position, "`arg` or `when` is missing",
                suggestion: "to allow every \(VisibleText.quoted(rule.syscall)), name it in `syscalls.allow`")
        }
        if rule.errno != nil, rule.action != .deny {
            decoding.report(.contradiction, in: located, at: ["errno"], "only `action: deny` returns an error")
        }
    }

    private static func checkKeys(_ located: Located, _ decoding: inout Decoding) {
        if let when = located["when"], located["arg"] != nil {
            decoding.report(.contradiction, at: when.position, "expected `arg` or `when`, found both")
        }
        guard located["arg"] == nil else { return }
        for key in ["in", "notIn", "from", "to", "mask", "bits"] where located[key] != nil {
            decoding.report(.missingKey, in: located, at: [.key(key)], "`\(key)` needs the key `arg` beside it")
        }
    }
}

extension SandboxProfile.SystemCalls.Condition {
    static let shape: Shape<Self> = object(
        "a condition",
        required("arg", .integer(0...5), About.argument),
        optional("in", .argumentValues, About.in),
        optional("notIn", .argumentValues, About.notIn),
        optional("from", .argumentValue, About.from),
        optional("to", .argumentValue, About.to),
        optional("mask", .argumentValue, About.mask),
        optional("bits", width, About.bits)
    ) { made($0, $1, $2, $3, $4, $5, $6) }
    .structured { located, decoding in check(located, &decoding) }

    /// Exactly one test, and no mask where it would mean nothing.
    fileprivate static func check(_ located: Located, _ decoding: inout Decoding) {
        guard located["arg"] != nil else { return }
        let isRange = located["from"] != nil || located["to"] != nil
        let tests = [located["in"] != nil, located["notIn"] != nil, isRange].filter { $0 }.count
        if tests == 0 {
            decoding.report(.missingKey, at: located.position, "one of `in`, `notIn`, `from` or `to` is missing")
        } else if tests > 1 {
            decoding.report(
                .contradiction, at: located.position, "expected one of `in`, `notIn` or a range, found more")
        }
        if isRange, let mask = located["mask"] {
            decoding.report(.contradiction, at: mask.position, "`mask` goes with `in` or `notIn`, not with a range")
        }
    }

    fileprivate static func made(
        _ argument: Int, _ values: [String]?, _ others: [String]?, _ from: String?, _ to: String?, _ mask: String?,
        _ bits: Int?
    ) -> Self {
        let test: Test =
            if let values { .in(values) } else if let others { .notIn(others) } else { .range(from: from, to: to) }
        return Self(argument: argument, test: test, mask: mask, bits: bits)
    }

    fileprivate static let width = Shape<Int>.integer(32...64).checked { bits, located, decoding in
        if bits != 32, bits != 64 {
            decoding.report(.invalidValue, at: located.position, "expected 32 or 64, found \(bits)")
        }
    }

    /// What each key means, in a rule as in a condition.
    fileprivate enum About {
        static let argument = "The argument, counted from 0."
        static let `in` = "The values: numbers, or names of constants such as `AF_UNIX`. Beyond 32 bits write \"0x…\"."
        static let notIn = "Every value but these."
        static let from = "The least value."
        static let to = "The greatest value."
        static let mask = "Only these bits of the argument are compared."
        static let bits = "How much of the register is compared, 32 or 64 bits; by default what the kernel reads."
    }
}

extension Shape where Value == [String] {
    fileprivate static var argumentValues: Shape {
        Shape.list(of: .argumentValue, "a list of values", count: 1...256).unique { $0 }
    }
}

extension Shape where Value == String {
    /// A number, or the name of a constant. Numbers are kept in decimal.
    fileprivate static var argumentValue: Shape {
        let number = Shape<Int>.integer(-2_147_483_648...4_294_967_295)
        return .either([
            (
                .text,
                .text(
                    "the name of a constant such as `AF_UNIX`", pattern: SystemCallName.constantPattern, length: 2...64
                ) { SystemCallName.isConstant($0) ? $0 : nil }
            ), (.number, number.map { String($0) }),
        ])
    }
}
