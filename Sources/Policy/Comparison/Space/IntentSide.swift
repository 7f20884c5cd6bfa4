import Manifests

/// One of two intents that are compared, as far as one tool is concerned.
struct IntentSide: Sendable {
    let intent: CompiledIntent
    let regions: [RuleRegion]
    /// Rules that let calls through, if nothing holds them back.
    let offers: [Offer]
    /// Calls that are denied whatever the state of the run is.
    let blocked: [Box]
    /// Calls that an approve rule is about: no allow rule lets them through.
    let asked: [Box]

    struct Offer: Sendable {
        let rule: CompiledRule
        let box: Box
        /// The box and those of the rule's other offers: all draw on the same allowance.
        let all: [Box]
        let allowance: Allowance

        /// True if an approval on these terms is enough, or none is needed.
        func permits(_ terms: ApprovalTerms) -> Bool {
            rule.effect == .allow || rule.approval.covers(terms)
        }
    }

    init(_ intent: CompiledIntent, _ rules: [CompiledRule], in space: CallSpace) {
        self.intent = intent
        let regions = rules.map { space.region(of: $0) }
        self.regions = regions
        blocked = regions.flatMap(\.blocked)
        asked = regions.flatMap { $0.rule.effect == .approve ? $0.matched : [] }
        offers = regions.flatMap { region -> [Offer] in
            let allowance = Allowance(region.rule.budgets)
            guard region.rule.effect != .deny, !allowance.isNothing else { return [] }
            return region.offered.map {
                Offer(rule: region.rule, box: $0, all: region.offered, allowance: allowance)
            }
        }
    }

    /// Calls on which an offer has no effect, because of others of this side.
    func withheld(from offer: Offer) -> [Box] {
        offer.rule.effect == .allow ? blocked + asked : blocked
    }
}
