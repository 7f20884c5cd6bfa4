/// Looks for what one side lets through and another does not: that is what makes it wider.
///
/// A call is let through by an offer `r` of `new` that nothing withholds. It is a gain if no offer of `old` that is at
/// least as generous takes it in, or if `old` withholds it. Both are asked as boxes without boxes, twice: for calls that
/// go ahead at all, and for calls that go ahead without an approval.
///
/// **Budgets.** An offer `a` of `old` is as good as `r` if its allowance covers `r`'s, and if no call draws on `a` that
/// does not draw on `r`: then, whenever `r` has something left, so has `a`. Where other calls draw on `a` too, a run may
/// have used it up; such a run is looked for, and if none is found the answer is unknown.
struct GainSearch {
    let old: IntentSide
    let new: IntentSide
    let maker: WitnessMaker
    let direction: WitnessMaker.Direction
    /// What the task of both gives: no rule gives more.
    let taskLimits: [CompiledBudget]

    private let real: Box
    private(set) var search: BoxSearch
    /// What was found, or is missing.
    private(set) var result = Result()

    struct Result {
        var witness: Witness?
        /// Why the question is open; nil if it is not.
        var doubt: String?
        /// True if it is open only because nobody knows when a condition is true.
        var restsOnCondition = false

        var finding: Relation.Finding { witness != nil ? .found : doubt != nil ? .unknown : .none }
    }

    /// Places that are tried before a gain that cannot be shown is called unknown.
    private static let maximumPlaces = 48

    init(
        from old: IntentSide, to new: IntentSide, maker: WitnessMaker, _ direction: WitnessMaker.Direction,
        taskLimits: [CompiledBudget], search: BoxSearch
    ) {
        self.old = old
        self.new = new
        self.maker = maker
        self.direction = direction
        self.taskLimits = taskLimits
        self.search = search
        real = maker.space.real
    }

    mutating func run() {
        if let gap = maker.space.gap { result.doubt = gap }
        for offer in new.offers {
            look(at: offer, .goesAhead)
            if result.witness != nil { return }
            if offer.rule.effect == .allow { look(at: offer, .allowed) }
            lookForWeakerApprovals(at: offer)
            if result.witness != nil { return }
        }
    }

    private enum Level { case goesAhead, allowed }

    private mutating func look(at offer: IntentSide.Offer, _ level: Level) {
        let allowance = bounded(offer.allowance)
        let withheld = new.withheld(from: offer)
        let candidates = old.offers.filter { level == .goesAhead || $0.rule.effect == .allow }
        var covers: [Box] = []
        var approvals: [Box] = []
        var shared: [IntentSide.Offer] = []
        let terms = offer.rule.effect == .approve ? offer.rule.approval : nil
        for candidate in candidates where candidate.allowance.covers(allowance) {
            if let terms, !candidate.permits(terms) { continue }
            if candidate.allowance.isUnlimited || !isShared(candidate, beyond: offer) {
                covers.append(candidate.box)
                if candidate.rule.effect == .approve { approvals.append(candidate.box) }
            } else {
                shared.append(candidate)
            }
        }
        find(in: offer.box, without: withheld + covers, shared, offer)
        for box in old.blocked { find(in: offer.box.intersection(box), without: withheld, [], offer) }
        // An approve rule of the old side holds back what no approve rule gives.
        for box in old.asked {
            let given = level == .goesAhead ? approvals : []
            find(in: offer.box.intersection(box), without: withheld + given, shared, offer)
        }
    }

    /// Looks for calls that the old side asks a stricter approval for than any rule of the new side: an approval that the
    /// old one would not have taken.
    private mutating func lookForWeakerApprovals(at offer: IntentSide.Offer) {
        guard offer.rule.effect == .approve else { return }
        for region in old.regions where region.rule.effect == .approve {
            let enough = new.regions.filter {
                $0.rule.effect == .approve && region.rule.approval.covers($0.rule.approval)
            }
            for box in region.matched {
                find(
                    in: offer.box.intersection(box),
                    without: new.withheld(from: offer) + enough.flatMap(\.matched), [], offer)
            }
        }
    }

    /// With what the task gives: no rule gives more.
    private func bounded(_ allowance: Allowance) -> Allowance {
        Allowance(allowance.limits + taskLimits)
    }

    /// True if calls may draw on the old side's offer that do not draw on the new side's.
    private mutating func isShared(_ old: IntentSide.Offer, beyond offer: IntentSide.Offer) -> Bool {
        for other in new.offers {
            for box in old.all {
                let outcome = search.leftovers(
                    of: box.intersection(other.box), without: offer.all + new.withheld(from: other)
                ) { _ in true }
                if outcome != .exhausted { return true }
            }
        }
        return false
    }

    /// Takes the first call that shows a gain. Places that are known to have values come first.
    private mutating func find(
        in box: Box, without covers: [Box], _ shared: [IntentSide.Offer], _ offer: IntentSide.Offer
    ) {
        guard result.witness == nil, !box.isEmpty else { return }
        let budgets = self.budgets
        var places = 0
        var isConditional = true
        var witness: Witness?
        let maker = self.maker
        let direction = self.direction
        let conditions = maker.space.dimensions.indices.filter { maker.space.isCondition($0) }
        let earlier = shared.flatMap { offer in offer.allowance.limits.map { (offer.box, $0) } }
        let others = new.offers.map(\.box)
        let outcome = search.leftovers(of: box.intersection(real), without: covers) { place in
            places += 1
            if !conditions.contains(where: { place.sets[$0] != maker.space.dimensions[$0].all }) {
                isConditional = false
            }
            witness = maker.witness(in: place, direction, budgets: budgets)
            for (drained, budget) in earlier where witness == nil {
                for other in others where witness == nil {
                    let sources = drained.intersection(other)
                    if sources.isEmpty { continue }
                    witness = maker.witness(in: place, after: sources, using: budget, direction)
                }
            }
            return witness != nil || places >= Self.maximumPlaces
        }
        if let witness {
            result = Result(witness: witness)
        } else if outcome == .tooMuch {
            doubt("there are too many rules to compare in bounded work")
        } else if places > 0 {
            let isFirst = result.doubt == nil
            doubt(
                isConditional
                    ? "it depends on a condition, and no call was found that shows it"
                    : "no call was found that shows it")
            if isFirst { result.restsOnCondition = isConditional }
        } else if result.doubt == nil {
            var isOpen = false
            let outcome = search.leftovers(of: box, without: covers) { _ in
                isOpen = true
                return true
            }
            if outcome == .tooMuch {
                doubt("there are too many rules to compare in bounded work")
            } else if isOpen {
                doubt("regular expressions, or constraints of several kinds on one text, cannot be compared")
            }
        }
    }

    private mutating func doubt(_ reason: String) {
        if result.doubt == nil { result.doubt = reason }
    }

    /// Budgets of either side that a call is tried against when they are used up.
    private var budgets: [CompiledBudget] {
        var seen: Set<CompiledBudget> = []
        return (old.offers + new.offers).flatMap(\.allowance.limits).filter { seen.insert($0).inserted }.suffix(6)
    }
}
