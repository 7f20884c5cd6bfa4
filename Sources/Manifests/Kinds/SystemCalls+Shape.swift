import Diagnostics
import StrictJSON

extension SandboxProfile.SystemCalls {
    static let shape: Shape<Self> = object(
        "a mapping of system calls",
        optional(
            "default", .choice(later: ["notify": "learning what a tool needs"]),
            "What happens to a call that nothing allows: an error, or the end of the process."),
        optional(
            "allow", .systemCalls,
            "Names, and systemd's group names such as `@basic-io`. Removes equal lines from an "
                + "inherited `deny`."),
        optional(
            "deny", .systemCalls,
            "Names and group names that stay denied whatever `allow` covers. Removes equal lines from an inherited "
                + "`allow`."),
        optional(
            "rules", .list(of: Rule.shape, "a list of rules").unique { $0 },
            "Rules on one argument. With any `allow` rule for a system call, an argument that none allows is refused."),
        optional(
            "report", .boolean,
            "What is refused is reported with the call, which is the default. `false` refuses in silence, for programs "
                + "that make a great many refused calls.")
    ) { Self(defaultAction: $0, allow: $1, deny: $2, rules: $3, report: $4) }
    .checked { calls, located, decoding in
        let denied = Set(calls.deny ?? [])
        for (index, name) in (calls.allow ?? []).enumerated() where denied.contains(name) {
            decoding.report(
                .contradiction, in: located, at: ["allow", .index(index)],
                "\(VisibleText.quoted(name)) is allowed and denied in one profile")
        }
    }
}

extension Shape where Value == [String] {
    fileprivate static var systemCalls: Shape {
        let name = Shape<String>.text(
            "a system call such as `openat` or a group such as `@basic-io`", pattern: "^@?[a-z_][a-z0-9_-]*$",
            length: 1...64
        ) { SystemCallName.isValid($0, groups: true) ? $0 : nil }
        return .list(of: name, "a list of system calls").unique { $0 }
    }
}

extension SandboxProfile.SystemCalls.Rule {
    static let shape: Shape<Self> = object(
        "a rule",
        required(
            "syscall",
            .text("the name of a system call", pattern: "^[a-z_][a-z0-9_-]*$", length: 1...64) {
                SystemCallName.isValid($0, groups: false) ? $0 : nil
            }, "The system call, by name."),
        required("arg", .integer(0...5), "The argument, counted from 0."),
        required(
            "in", Shape.list(of: .argumentValue, "a list of values", count: 1...256).unique { $0 },
            "The values: numbers, or names of constants such as `AF_UNIX`."),
        required("action", .choice(), "What happens to a call with one of these values.")
    ) { Self(syscall: $0, argument: $1, values: $2, action: $3) }
}

extension Shape where Value == String {
    /// A number, or the name of a constant. Numbers are kept in decimal.
    fileprivate static var argumentValue: Shape {
        let number = Shape<Int>.integer(-2_147_483_648...4_294_967_295)
        return .either([
            (
                .text,
                .text("the name of a constant such as `AF_UNIX`", pattern: "^[A-Z][A-Z0-9_]*$", length: 2...64) {
                    SystemCallName.isConstant($0) ? $0 : nil
                }
            ), (.number, number.map { String($0) }),
        ])
    }
}

/// What names of system calls and of their constants look like. Which there are, the filter's compiler knows.
private enum SystemCallName {
    static func isValid(_ text: String, groups: Bool) -> Bool {
        let name = groups && text.utf8.first == UInt8(ascii: "@") ? text.utf8.dropFirst() : text.utf8[...]
        guard let first = name.first, isLower(first) || first == UInt8(ascii: "_") else { return false }
        return name.allSatisfy {
            isLower($0) || Digits.isDigit($0) || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-")
        }
    }

    static func isConstant(_ text: String) -> Bool {
        guard let first = text.utf8.first, isUpper(first) else { return false }
        return text.utf8.allSatisfy { isUpper($0) || Digits.isDigit($0) || $0 == UInt8(ascii: "_") }
    }

    private static func isLower(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }
    private static func isUpper(_ byte: UInt8) -> Bool { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) }
}
