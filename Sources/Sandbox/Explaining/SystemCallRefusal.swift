import Manifests

/// Why a profile's filter refuses a system call: which line says so, which line would allow it, and what that would
/// open.
package struct SystemCallRefusal: Hashable, Sendable {
    /// `mount`, with the argument that decides where one does: `socket(AF_INET)`.
    package let call: String
    /// The line that refuses, with the profile that it is written in.
    package let reason: String
    /// What to write into a profile.
    package let remedy: String
    package let opens: String

    /// - Parameters:
    ///   - values: Arguments by position, as far as they are known.
    ///   - passesUnknown: An argument that is not known is taken for one that passes; else for one that is refused, if
    ///     there is such a value.
    /// - Returns: Nil if the profile allows the call.
    /// - Throws: `unknown-name` if there is no such system call, or the profile names one that there is not.
    package init?(
        _ name: String, values: [Int: UInt64] = [:], passesUnknown: Bool = true, under profile: ResolvedProfile
    ) throws(SandboxError) {
        if let problem = FilterRules.problem(withName: name) { throw problem }
        let rules = try FilterRules(profile, .host)
        switch rules.outcome(of: name, cookie: .placeholder) {
        case .always(.allow): return nil
        case .always: self = Self.whole(name, profile, rules.table)
        case .depends(let decision):
            let step = decision.steps.first { $0.holds(values, unknown: !passesUnknown && $0.action != .allow) }
            guard let step else {
                if decision.otherwise == .allow { return nil }
                self = Self.whole(name, profile, rules.table)
                return
            }
            if step.action == .allow { return nil }
            self = Self.argument(name, values, step, profile)
        }
    }

    private init(_ call: String, of name: String, reason: String, remedy: String) {
        self.call = call
        self.reason = reason
        self.remedy = remedy
        opens = SystemCallExposure.text(of: name)
    }

    /// The call is refused whatever its arguments.
    private static func whole(_ name: String, _ profile: ResolvedProfile, _ table: SystemCallTable) -> Self {
        func line(_ key: String, _ word: String) -> String { profile.line(key, word) }
        let allow = "`syscalls: {allow: [\(name)]}`"
        if table.answersAsOlderKernel(name) {
            return Self(
                name, of: name,
                reason: "it is newer than the table of system calls: every profile answers ENOSYS, as an older kernel",
                remedy: "nothing: libc has another way to the same end")
        }
        let covering = { (word: String) in
            word == name || SystemCallGroups.members(of: word)?.contains(name) == true
        }
        if let word = profile.deny.first(where: covering) {
            return Self(
                name, of: name, reason: line("syscalls.deny", word),
                remedy: word == name
                    ? "\(allow), which takes the line away" : "take `\(word)` out of `syscalls.deny`")
        }
        if FixedRefusals.calls.contains(name) {
            let group = profile.allow.first(where: covering)
            return Self(
                name, of: name,
                reason: "every profile refuses it unless `syscalls.allow` has its very name"
                    + (group.map { "; `\($0)` is not enough" } ?? ""), remedy: allow)
        }
        let wider = SystemCallExposure.group(of: name).map { ", or `\($0.name)` for all that belong with it" } ?? ""
        return Self(
            name, of: name, reason: "nothing allows it, so " + line("syscalls.default", profile.defaultAction.rawValue),
            remedy: allow + wider)
    }

    /// One of its arguments decided.
    private static func argument(
        _ name: String, _ values: [Int: UInt64], _ step: CallDecision.Step, _ profile: ResolvedProfile
    ) -> Self {
        let position = step.conditions.first?.argument ?? 0
        let shown = values[position].map { ArgumentText.text(of: $0, argument: position, in: name) } ?? "VALUE"
        let call = values[position] == nil ? name : "\(name)(\(shown))"
        let known = values[position] == nil ? "depending on argument \(position), which is not known here, " : ""
        let own = profile.rules.filter { rule in
            rule.syscall == name && rule.conditions.contains { $0.argument == position }
        }
        let rule = "`syscalls: {rules: [{syscall: \(name), arg: \(position), in: [\(shown)], action: allow}]}`"
        if let denied = own.first(where: { $0.action != .allow && $0.holds(values) }) {
            return Self(
                call, of: name, reason: known + profile.line("syscalls.rules", denied.text),
                remedy: "a profile that does not extend the one with that line")
        }
        if let allowed = own.first(where: { $0.action == .allow }) {
            return Self(
                call, of: name, reason: known + profile.line("syscalls.rules", allowed.text) + ", and nothing else",
                remedy: rule)
        }
        if name == "clone" {
            return Self(
                call, of: "unshare",
                reason: known + "every profile refuses new namespaces unless a rule on the flags allows them",
                remedy: rule)
        }
        return Self(
            call, of: name,
            reason: known + "every profile refuses "
                + (known.isEmpty ? "this value" : "some values") + " of argument \(position) unless a rule allows them",
            remedy: rule)
    }
}

extension ResolvedProfile {
    /// A line with where it is written: "`syscalls.deny: mount` of profile `base`".
    func line(_ key: String, _ text: String) -> String {
        let origin = origins.first { $0.key == key && $0.line == text }?.profile ?? name
        return "`\(key): \(text)` of profile `\(origin)`"
    }
}

extension SandboxProfile.SystemCalls.Rule {
    /// True if it is about arguments like these, as far as they are known.
    fileprivate func holds(_ values: [Int: UInt64]) -> Bool {
        guard let rule = try? CompiledRule(self, refusal: .killProcess) else { return false }
        return rule.conjunctions.contains {
            CallDecision.Step(conditions: $0, action: .allow).holds(values, unknown: false)
        }
    }
}

extension CallDecision.Step {
    /// True if every condition holds for what is known.
    fileprivate func holds(_ values: [Int: UInt64], unknown: Bool) -> Bool {
        conditions.allSatisfy { condition in values[condition.argument].map(condition.holds) ?? unknown }
    }
}

extension ArgumentCondition {
    /// As the kernel will find it.
    func holds(_ value: UInt64) -> Bool {
        let test =
            switch test {
            case .oneOf(let values, .full64): values.contains(value)
            case .oneOf(let values, .low32):
                values.contains { UInt32(truncatingIfNeeded: $0) == UInt32(truncatingIfNeeded: value) }
            case .masked(let mask, let values, .full64): values.contains(value & mask)
            case .masked(let mask, let values, .low32): values.contains(value & mask & UInt64(UInt32.max))
            case .range(let range, .full64): range.contains(value)
            case .range(let range, .low32): range.contains(value & UInt64(UInt32.max))
            case .anyBit(let mask): UInt32(truncatingIfNeeded: value) & mask != 0
            }
        return test != isNegated
    }
}
