import Manifests

/// How much a rule gives: every limit has to leave room.
struct Allowance: Hashable, Sendable {
    let limits: [Limit]

    struct Limit: Hashable, Sendable {
        let calls: Int
        /// A sliding window; nil means the whole run.
        let per: Duration?

        /// True if nobody who keeps to this limit ever breaks the other.
        func implies(_ other: Limit) -> Bool {
            guard let own = per else { return calls <= other.calls }
            guard let longer = other.per else { return false }
            // A window lies within so many of this limit's windows, and each holds at most so many calls.
            let windows = Self.quotient(longer, own)
            let (most, overflows) = calls.multipliedReportingOverflow(by: windows)
            return !overflows && most <= other.calls
        }

        private static func quotient(_ longer: Duration, _ shorter: Duration) -> Int {
            guard shorter > .zero, longer > shorter else { return 1 }
            let (left, right) = (longer.attoseconds, shorter.attoseconds)
            let (whole, rest) = left.quotientAndRemainder(dividingBy: right)
            return Int(clamping: whole + (rest > 0 ? 1 : 0))
        }
    }

    init(_ rule: CompiledRule) {
        limits = rule.budget.map { [Limit(calls: $0.calls, per: $0.per)] } ?? []
    }

    var isUnlimited: Bool { limits.isEmpty }
    var isNothing: Bool { limits.contains { $0.calls <= 0 } }

    /// True if whoever keeps to the other allowance keeps to this one: the other is at most as wide.
    func covers(_ other: Allowance) -> Bool {
        limits.allSatisfy { own in other.limits.contains { $0.implies(own) } }
    }

    func adding(calls: Int) -> Allowance { Allowance(limits: limits + [Limit(calls: calls, per: nil)]) }

    private init(limits: [Limit]) { self.limits = limits }

    /// Calls after which this gives no more for a moment.
    var calls: Int? { limits.map(\.calls).min() }
}

extension Duration {
    fileprivate var attoseconds: Int128 {
        Int128(components.seconds) * 1_000_000_000_000_000_000 + Int128(components.attoseconds)
    }
}
