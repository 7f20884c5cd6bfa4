import Glibc
import Manifests

/// The `syscalls` of a profile with groups resolved and every name checked, for one architecture.
///
/// `deny` beats everything. What `FixedRefusals` lists needs its own name in `allow`, or an `allow` rule on the
/// argument. For one system call `deny` rules come first; then each argument that has `allow` rules must have one of
/// their values.
package struct FilterRules {
    private struct ArgumentRule {
        let argument: Int
        let values: [UInt64]
        let isAllowed: Bool
    }

    let table: SystemCallTable
    private let refusal: FilterAction
    private var allowed: Set<String> = []
    private var named: Set<String> = []
    private var denied: Set<String> = []
    private var rules: [String: [ArgumentRule]] = [:]

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
            var values: [UInt64] = []
            for text in rule.values { values.append(try ArgumentConstants.value(of: text)) }
            let argumentRule = ArgumentRule(argument: rule.argument, values: values, isAllowed: rule.action == .allow)
            rules[rule.syscall, default: []].append(argumentRule)
        }
    }

    /// What becomes of the system call of that name. `cookie` is what the launcher's own execveat is told apart by.
    func outcome(of call: String, cookie: Cookie) -> CallOutcome {
        // Its flags lie in memory, where a filter cannot read them: libc falls back to `clone`.
        if call == "clone3" { return .always(.error(ENOSYS)) }
        let refused = table.recent.contains(call) ? FilterAction.error(ENOSYS) : refusal
        let own = rules[call] ?? []
        let mayPass = isAllowed(call, own)
        if call == "execveat" { return .depends(executeDecision(mayPass: mayPass, own, refused, cookie)) }
        guard mayPass else { return .always(refused) }
        let steps = argumentSteps(call, own, refused)
        return steps.isEmpty ? .always(.allow) : .depends(CallDecision(steps: steps, otherwise: .allow))
    }

    private func isAllowed(_ call: String, _ own: [ArgumentRule]) -> Bool {
        if denied.contains(call) { return false }
        if own.contains(where: \.isAllowed) { return true }
        return FixedRefusals.calls.contains(call) ? named.contains(call) : allowed.contains(call)
    }

    private func argumentSteps(_ call: String, _ own: [ArgumentRule], _ refused: FilterAction) -> [CallDecision.Step] {
        var steps: [CallDecision.Step] = []
        if call == "clone" {
            let condition = ArgumentCondition.anyBit(0, FixedRefusals.newNamespaceFlags)
            steps.append(.init(conditions: [condition], action: .error(EPERM)))
        }
        let lifted = Set(own.filter(\.isAllowed).map(\.argument))
        for guarded in FixedRefusals.guards(of: call) where !lifted.contains(guarded.argument) {
            steps.append(.init(conditions: guarded.conditions, action: refused))
        }
        for rule in own where !rule.isAllowed {
            // Refusing by the lower half refuses too much at worst. Letting the upper half decide lets a request
            // through of which the kernel reads the lower half only.
            let (short, long) = (rule.values.filter(Self.fitsHalf), rule.values.filter { !Self.fitsHalf($0) })
            if !short.isEmpty { steps.append(.init(conditions: [.oneOf(rule.argument, short)], action: refused)) }
            if !long.isEmpty {
                steps.append(.init(conditions: [.oneOf(rule.argument, long, .full64)], action: refused))
            }
        }
        for argument in lifted.sorted() {
            let values = own.filter { $0.isAllowed && $0.argument == argument }.flatMap(\.values)
            let width = ArgumentWidths.width(of: argument, in: call)
            steps.append(.init(conditions: [.noneOf(argument, values, width)], action: refused))
        }
        return steps
    }

    private func executeDecision(
        mayPass: Bool, _ own: [ArgumentRule], _ refused: FilterAction, _ cookie: Cookie
    ) -> CallDecision {
        let empty = ArgumentCondition.anyBit(4, FixedRefusals.emptyPath)
        let value = UInt64(cookie.high) << 32 | UInt64(cookie.low)
        var decision = CallDecision(otherwise: mayPass ? .allow : refused)
        decision.steps.append(.init(conditions: [empty, .oneOf(5, [value], .full64)], action: .allow))
        decision.steps.append(.init(conditions: [empty], action: refused))
        if mayPass { decision.steps += argumentSteps("execveat", own, refused) }
        return decision
    }

    private static func fitsHalf(_ value: UInt64) -> Bool {
        value <= UInt64(UInt32.max) || Int64(bitPattern: value) >= Int64(Int32.min) && Int64(bitPattern: value) < 0
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

    private static func unknown(_ word: String, isGroup: Bool) -> SandboxError {
        let candidates = isGroup ? SystemCallGroups.table.keys.sorted() : SystemCallTable.allNames
        return SandboxError(
            .unknownName, "there is no \(isGroup ? "group" : "system call") `\(word)`",
            remedy: Nearest.match(word, among: candidates).map { "did you mean `\($0)`?" }
                ?? "groups start with `@` and are systemd's: `systemd-analyze syscall-filter` lists them")
    }
}
