import Manifests

/// Finds the line of a profile that something comes from.
struct ProfileLines {
    private let origins: [ResolvedProfile.Origin]
    private let rules: [SandboxProfile.SystemCalls.Rule]

    init(_ profile: ResolvedProfile) {
        origins = profile.origins
        rules = profile.rules
    }

    /// The line of that key; nil if no profile wrote one.
    func line(_ key: String, _ value: String? = nil) -> ResolvedProfile.Origin? {
        origins.first { $0.key == key && (value == nil || $0.line == value) }
    }

    /// The line that lets a system call pass: its own name, a rule, or a group that holds it.
    func line(allowing call: String) -> ResolvedProfile.Origin? {
        if let named = line("syscalls.allow", call) { return named }
        if let rule = rules.first(where: { $0.syscall == call && $0.action == .allow }) {
            return line("syscalls.rules", rule.text)
        }
        return origins.first { origin in
            origin.key == "syscalls.allow" && SystemCallGroups.members(of: origin.line)?.contains(call) == true
        }
    }

    /// The line that lets a system call pass with a value: the rule that names it, or the line that allows the call.
    func line(allowing call: String, _ value: String) -> ResolvedProfile.Origin? {
        let rule = rules.first { rule in
            rule.syscall == call && rule.action == .allow
                && rule.conditions.contains { condition in
                    guard case .in(let values) = condition.test else { return false }
                    return values.contains(value)
                }
        }
        return rule.flatMap { line("syscalls.rules", $0.text) } ?? line(allowing: call)
    }
}
