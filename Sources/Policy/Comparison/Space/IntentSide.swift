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
        let allowance: Allowance
    }

    init(_ intent: CompiledIntent, _ rules: [CompiledRule], in space: CallSpace) {
        self.intent = intent
        let regions = rules.map { space.region(of: $0) }
        self.regions = regions
        blocked = regions.flatMap(\.blocked)
        asked = regions.compactMap { $0.rule.effect == .approve ? $0.matched : nil }
        offers = regions.compactMap { region in
            guard region.rule.effect != .deny, let box = region.matched else { return nil }
            let allowance = Allowance(region.rule)
            return allowance.isNothing ? nil : Offer(rule: region.rule, box: box, allowance: allowance)
        }
    }

    /// Calls on which an offer has no effect, because of others of this side.
    func withheld(from offer: Offer) -> [Box] {
        offer.rule.effect == .allow ? blocked + asked : blocked
    }
}
