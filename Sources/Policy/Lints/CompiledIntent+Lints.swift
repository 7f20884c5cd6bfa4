import Manifests

extension CompiledIntent {
    /// What is probably not meant: rules without an effect, rules that are wider than they look.
    ///
    /// Bounded: rules are compared with one another as long as `BoxSearch.maximumSteps` last, and `not-compared` says
    /// where they did not.
    ///
    /// - Parameter whyNobody: Of a rule that asks for an approval: why nobody could give it, and what to do about it; nil
    ///   if somebody can.
    package func lints(
        now: Instant, whyNobody: (_ rule: Int) -> (reason: String, fix: String)?
    ) -> [Lint] {
        var lints: [Lint] = []
        if expires == nil {
            lints.append(
                Lint(.noExpiry, nil, "the task never expires", fix: "add `expires`, such as `expires: 4h`"))
        }
        if let reviewBy, isReviewDue(at: now) {
            lints.append(
                Lint(
                    .reviewDue, nil,
                    "its review was due on \(reviewBy): what it allows needs an approval until a person has looked at it",
                    fix: "look at what it grants (`agentbox review`), then write a later `reviewBy`"))
        }
        var effects = RuleEffects()
        for (name, tool) in tools.sorted(by: { $0.key < $1.key }) { effects.add(rules(of: name), of: tool) }
        for rule in rules {
            let constant = Self.constantCondition(of: rule)
            // A condition that is always false is said once.
            if let lint = effects.lint(of: rule), constant == nil || lint.code != .neverMatches { lints.append(lint) }
            lints += WidthLints(rule, tools: tools).lints
            if let constant { lints.append(constant) }
            if rule.effect == .approve, let (reason, fix) = whyNobody(rule.index) {
                lints.append(
                    Lint(
                        .noApprover, rule, "nobody can give the approval, so that its calls are denied: \(reason)",
                        fix: fix))
            }
        }
        if let reason = effects.gap {
            lints.append(
                Lint(
                    .notCompared, nil, "not all rules were compared with one another: \(reason)",
                    fix: "write fewer rules with more values each"))
        }
        return lints
    }

    /// A condition that reads nothing says the same of everything.
    private static func constantCondition(of rule: CompiledRule) -> Lint? {
        guard let condition = rule.condition, condition.references.isEmpty, let tool = ToolName("none") else {
            return nil
        }
        let facts = CallFacts.ofValue(PolicyCall(tool: tool, arguments: [:]), nil)
        let (word, fix) =
            switch condition.evaluate(facts) {
            case .holds: ("true", "remove `when`, or let it read the call: `args`, `tool`, `call`, `used`, `now`")
            case .fails: ("false", "remove the rule, or let its condition read the call")
            case .error: ("an error, which denies", "let its condition read the call")
            }
        return Lint(.constantCondition, rule, "its condition is always \(word)", fix: fix)
    }
}
