import Glibc
import Manifests

/// The `syscalls` of a profile with groups resolved and every name checked, for one architecture.
///
/// `deny` beats everything. What `FixedRefusals` lists needs its own name in `allow`, or an `allow` rule on the
/// argument. For one system call `deny` and `kill` rules come first; then each argument that has `allow` rules must be as
/// one of them says; then one of the `allow` rules with `when` must hold, if there are any.
package struct FilterRules {
    let table: SystemCallTable
    private let refusal: FilterAction
    private var allowed: Set<String> = []
    private var named: Set<String> = []
    private var denied: Set<String> = []
    private var rules: [String: [CompiledRule]] = [:]

    init(_ profile: ResolvedProfile, _ architecture: Architecture) throws(SandboxError) {
        table = SystemCallTable.of(architecture)
        refusal =
            switch profile.defaultAction {
            case .eperm: .error(EPERM)
            case .enosys: .error(ENOSYS)
            case .kill: .killProcess
            }
        for word in profile.allow {
            allowed.formUnion(try Self.members(of: word))
            named.insert(word)
        }
        for word in profile.deny { denied.formUnion(try Self.members(of: word)) }
        for rule in profile.rules {
            guard SystemCallTable.knows(rule.syscall) else { throw Self.unknown(rule.syscall, isGroup: false) }
            rules[rule.syscall, default: []].append(try CompiledRule(rule, refusal: refusal))
        }
    }

    /// What becomes of the system call of that name. `cookie` is what the launcher's own execveat is told apart by.
    func outcome(of call: String, cookie: Cookie) -> CallOutcome {
        if call == FixedRefusals.unreadable { return .always(.error(ENOSYS)) }
        let own = rules[call] ?? []
        let whole = own.first { !$0.isAllowed && $0.conjunctions == [[]] }
        let refused = whole?.action ?? (table.recent.contains(call) ? .error(ENOSYS) : refusal)
        let mayPass = whole == nil && isAllowed(call, own)
        if call == "execveat" { return .depends(executeDecision(mayPass: mayPass, own, refused, cookie)) }
        guard mayPass else {
            // Some arguments may meet another error, or the end, although none passes.
            let steps = refusalSteps(own).filter { whole == nil && $0.action != refused }
            return steps.isEmpty ? .always(refused) : .depends(CallDecision(steps: steps, otherwise: refused))
        }
        let steps = refusalSteps(own) + argumentSteps(call, own, refused)
        return steps.isEmpty ? .always(.allow) : .depends(CallDecision(steps: steps, otherwise: .allow))
    }

    private func isAllowed(_ call: String, _ own: [CompiledRule]) -> Bool {
        if denied.contains(call) { return false }
        if own.contains(where: \.isAllowed) { return true }
        return FixedRefusals.calls.contains(call) ? named.contains(call) : allowed.contains(call)
    }

    private func argumentSteps(_ call: String, _ own: [CompiledRule], _ refused: FilterAction) -> [CallDecision.Step] {
        var steps: [CallDecision.Step] = []
        let lifted = Set(own.compactMap(\.liftedArgument))
        for guarded in FixedRefusals.guards(of: call) where !lifted.contains(guarded.argument) {
            // Not the profile's own refusal: a libc asks `clone` for what it then does without.
            steps.append(.init(conditions: guarded.conditions, action: call == "clone" ? .error(EPERM) : refused))
        }
        for argument in lifted.sorted() {
            let alternatives = own.filter { $0.liftedArgument == argument }.flatMap(\.conjunctions).flatMap { $0 }
            steps.append(.init(conditions: ArgumentCondition.noneHolds(of: alternatives), action: refused))
        }
        let alternatives = own.filter { $0.isAllowed && $0.liftedArgument == nil }.flatMap(\.conjunctions)
        if !alternatives.isEmpty {
            steps += alternatives.map { .init(conditions: $0, action: .allow) }
            steps.append(.init(conditions: [], action: refused))
        }
        return steps
    }

    private func refusalSteps(_ own: [CompiledRule]) -> [CallDecision.Step] {
        // The graver answer first, whichever profile it is from.
        let refusals = own.filter { !$0.isAllowed }
        let ordered = refusals.filter { $0.action == .killProcess } + refusals.filter { $0.action != .killProcess }
        return ordered.flatMap { rule in
            rule.conjunctions.map { CallDecision.Step(conditions: $0, action: rule.action) }
        }
    }

    private func executeDecision(
        mayPass: Bool, _ own: [CompiledRule], _ refused: FilterAction, _ cookie: Cookie
    ) -> CallDecision {
        let empty = ArgumentCondition.anyBit(4, FixedRefusals.emptyPath)
        let value = UInt64(cookie.high) << 32 | UInt64(cookie.low)
        var decision = CallDecision(otherwise: mayPass ? .allow : refused)
        decision.steps.append(.init(conditions: [empty, .oneOf(5, [value], .full64)], action: .allow))
        decision.steps += refusalSteps(own).filter { $0.action != refused || mayPass }
        let isLifted = own.contains { $0.liftedArgument == 4 }
        if !isLifted { decision.steps.append(.init(conditions: [empty], action: refused)) }
        if mayPass { decision.steps += argumentSteps("execveat", own, refused) }
        return decision
    }

    private static func members(of word: String) throws(SandboxError) -> Set<String> {
        if word.hasPrefix("@") {
            guard let members = SystemCallGroups.members(of: word) else { throw unknown(word, isGroup: true) }
            return members
        }
        guard SystemCallTable.knows(word) else { throw unknown(word, isGroup: false) }
        return [word]
    }

    /// What is wrong with a line of `allow` or `deny`; nil if it names a system call or a group.
    package static func problem(withName word: String) -> SandboxError? {
        do throws(SandboxError) { _ = try members(of: word) } catch { return error }
        return nil
    }

    /// What is wrong with a value of a rule; nil if it is a number or a constant that is known.
    package static func problem(withValue text: String) -> SandboxError? {
        do throws(SandboxError) { _ = try ArgumentConstants.value(of: text) } catch { return error }
        return nil
    }

    /// What is wrong with the error of a rule; nil if it is one.
    package static func problem(withError text: String) -> SandboxError? {
        do throws(SandboxError) { _ = try ErrorNumbers.value(of: text) } catch { return error }
        return nil
    }

    private static func unknown(_ word: String, isGroup: Bool) -> SandboxError {
        let candidates = isGroup ? SystemCallGroups.table.keys.sorted() : SystemCallTable.allNames
        return SandboxError(
            .unknownName, "there is no \(isGroup ? "group" : "system call") `\(word)`",
            remedy: Nearest.match(word, among: candidates).map { "did you mean `\($0)`?" }
                ?? "groups start with `@` and are systemd's: `systemd-analyze syscall-filter` lists them")
    }
}
