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
            "Rules on arguments. With any `allow` rule for a system call, an argument that none allows is refused."),
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
