import Manifests

/// How many calls a rule gives: over the whole run, or in every span of `per`.
struct RuleBudget: Hashable, Sendable {
    let calls: Int
    let per: Duration?

    /// Of a sliding window each call's time is kept: 16 bytes each.
    static let maximumWindow = 100_000

    /// Why the rule gives nothing more.
    func usedUp(next: Instant?, now: Instant) -> String {
        let count = "its budget of \(calls) call\(calls == 1 ? "" : "s")"
        guard let per else { return "\(count) is used up" }
        let wait = next.map { Duration.seconds(now.wholeSeconds(until: $0)) }
        let again = wait.map { "; the next is possible in \($0.words)" } ?? ""
        return "\(count) in \(per.words) is used up\(again)"
    }
}

extension RuleBudget {
    init?(_ budget: Budget) {
        guard case .calls(let calls) = budget.quantity else { return nil }
        self.init(calls: calls, per: budget.per)
    }
}

/// One rule's budget that a call draws on.
struct RuleCharge: Hashable, Sendable {
    let rule: Int
    let budget: RuleBudget
}

/// What was used of one rule's budget. Memory is bounded by the budget, not by the run.
struct RuleUsage: Hashable, Sendable {
    private var count = 0
    /// The last calls, at most as many as the budget has, oldest at `oldest` once the ring is full.
    private var ring: [Instant] = []
    private var oldest = 0

    /// True if a call now would be one too many. A call leaves the window when exactly `per` has passed.
    func isUsedUp(_ budget: RuleBudget, at now: Instant) -> Bool {
        guard let per = budget.per else { return count >= budget.calls }
        guard ring.count >= budget.calls else { return false }
        return budget.calls == 0 || now < ring[oldest] + per
    }

    /// When the next call is possible again, for a window that is used up.
    func nextCall(_ budget: RuleBudget) -> Instant? {
        guard let per = budget.per, budget.calls > 0, ring.count >= budget.calls else { return nil }
        return ring[oldest] + per
    }

    mutating func record(_ budget: RuleBudget, at now: Instant) {
        guard budget.per != nil else {
            count += 1
            return
        }
        guard budget.calls > 0 else { return }
        if ring.count < budget.calls {
            ring.append(now)
        } else {
            ring[oldest] = now
            oldest = (oldest + 1) % ring.count
        }
    }
}
