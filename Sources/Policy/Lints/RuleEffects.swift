import Manifests
import StrictJSON

/// Whether each rule of an intent has an effect beside the others, tool by tool.
struct RuleEffects {
    /// Why not all rules were compared; nil if they were.
    private(set) var gap: String?

    /// By rule, what is the matter with it for each of its tools.
    private var verdicts: [Int: [Verdict]] = [:]
    private var search = BoxSearch()

    private enum Verdict: Hashable {
        case hasEffect
        case neverMatches
        case denied(by: Int?)
        case asked(by: Int?)
        case shadowed(by: Int)
    }

    mutating func add(_ rules: [CompiledRule], of tool: PolicyTool) {
        guard !rules.isEmpty else { return }
        let space = CallSpace(tool, rules: rules)
        let regions = rules.map { space.region(of: $0) }
        var firsts: [TextKey: Int] = [:]
        let denials = regions.filter { $0.rule.effect == .deny }
        let approvals = regions.filter { $0.rule.effect == .approve }
        let allowances = regions.filter { $0.rule.effect == .allow }
        for region in regions {
            let key = TextKey(region.rule.key.encodedString())
            let verdict: Verdict
            if let first = firsts[key] {
                verdict = .shadowed(by: first)
            } else if space.gap != nil {
                gap = gap ?? space.gap
                verdict = .hasEffect
            } else {
                verdict = self.verdict(of: region, denials, approvals, allowances)
            }
            firsts[key] = firsts[key] ?? region.rule.index
            verdicts[region.rule.index, default: []].append(verdict)
        }
    }

    private mutating func verdict(
        of region: RuleRegion, _ denials: [RuleRegion], _ approvals: [RuleRegion], _ allowances: [RuleRegion]
    ) -> Verdict {
        // A deny rule denies what it cannot tell, too.
        let own = region.rule.effect == .deny ? region.blocked : region.matched
        guard !own.isEmpty else { return .neverMatches }
        let same: [RuleRegion]
        switch region.rule.effect {
        case .deny: same = denials
        case .approve:
            if let cover = cover(of: own, by: denials, blocked: true) { return .denied(by: cover.one) }
            same = approvals
        case .allow:
            if let cover = cover(of: own, by: denials, blocked: true) { return .denied(by: cover.one) }
            if let cover = cover(of: own, by: approvals, blocked: false) { return .asked(by: cover.one) }
            same = allowances
        }
        return same.first { covers($0, region, own) }.map { .shadowed(by: $0.rule.index) } ?? .hasEffect
    }

    /// The rule, or the rules, that take in all of the boxes.
    private mutating func cover(of own: [Box], by others: [RuleRegion], blocked: Bool) -> (one: Int?, Void)? {
        let boxes = others.map { (rule: $0.rule.index, boxes: blocked ? $0.blocked : $0.matched) }
        for other in boxes where own.allSatisfy({ box in other.boxes.contains { box.isSubset(of: $0) } }) {
            return (other.rule, ())
        }
        for box in own {
            switch search.leftovers(of: box, without: boxes.flatMap(\.boxes), visit: { _ in true }) {
            case .exhausted: continue
            case .taken: return nil
            case .tooMuch:
                gap = gap ?? "there are too many"
                return nil
            }
        }
        return (nil, ())
    }

    /// True if the other rule, of the same effect, does all that the rule does. Of two that do the same the first stays.
    private func covers(_ other: RuleRegion, _ region: RuleRegion, _ own: [Box]) -> Bool {
        guard other.rule.index != region.rule.index,
            Allowance(other.rule.budgets).covers(Allowance(region.rule.budgets))
        else {
            return false
        }
        let theirs = region.rule.effect == .deny ? other.blocked : other.matched
        guard own.allSatisfy({ box in theirs.contains { box.isSubset(of: $0) } }) else { return false }
        let isMutual =
            Allowance(region.rule.budgets).covers(Allowance(other.rule.budgets))
            && theirs.allSatisfy { box in own.contains { box.isSubset(of: $0) } }
        return !isMutual || other.rule.index < region.rule.index
    }

    // MARK: What is said of it

    /// A rule is idle only if it is so for every tool that it is about.
    func lint(of rule: CompiledRule) -> Lint? {
        guard let verdicts = verdicts[rule.index], let first = verdicts.first, !verdicts.contains(.hasEffect) else {
            return nil
        }
        if verdicts.allSatisfy({ $0 == .neverMatches }) {
            return Lint(
                .neverMatches, rule, "no call that the tool's schema allows satisfies it",
                fix: "compare its values with the schema: `agentbox tool show \(rule.tool.text)`")
        }
        switch verdicts.first(where: { $0 != .neverMatches }) ?? first {
        case .denied(let other):
            return Lint(
                .alwaysDenied, rule, "\(Self.name(other)) denies everything that it is about",
                fix: "remove the rule, or narrow what denies")
        case .asked(let other):
            return Lint(
                .alwaysAsked, rule, "\(Self.name(other)) asks for an approval of everything that it allows",
                fix: "remove the rule, or narrow what asks")
        case .shadowed(let other):
            return Lint(
                .shadowed, rule, "\(Self.name(other)) says all that it says",
                fix: "remove the rule, or narrow the other")
        case .neverMatches, .hasEffect: return nil
        }
    }

    private static func name(_ rule: Int?) -> String {
        rule.map { "rule \($0 + 1)" } ?? "what other rules say together"
    }
}
