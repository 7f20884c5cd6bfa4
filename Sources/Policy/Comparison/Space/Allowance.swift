import Manifests

/// How much a rule gives: every limit has to leave room.
struct Allowance: Hashable, Sendable {
    let limits: [CompiledBudget]

    init(_ limits: [CompiledBudget]) { self.limits = limits }

    var isUnlimited: Bool { limits.isEmpty }

    /// True if it never gives anything.
    var isNothing: Bool { limits.contains { $0.quantity == .calls(0) || $0.quantity == .bytes(0) } }

    /// True if whoever keeps to the other allowance keeps to this one: the other is at most as wide.
    func covers(_ other: Allowance) -> Bool {
        limits.allSatisfy { own in other.limits.contains { $0.implies(own) } }
    }
}

extension CompiledBudget {
    /// True if nobody who keeps to this budget ever breaks the other.
    fileprivate func implies(_ other: CompiledBudget) -> Bool {
        let windows: Int
        if let own = per {
            guard let longer = other.per else { return false }
            // A window lies within so many of this budget's windows, and each holds at most so much.
            windows = Self.quotient(longer, own)
        } else {
            windows = 1
        }
        switch (quantity, other.quantity) {
        case (.calls(let own), .calls(let most)), (.bytes(let own), .bytes(let most)):
            return Self.times(Int128(own), windows).map { $0 <= Int128(most) } ?? false
        case (.sum(let argument, let own), .sum(let theirs, let most)) where argument == theirs:
            return Self.times(own.units, windows).map { $0 <= most.units } ?? false
        case (.distinct(let argument, let own), .distinct(let theirs, let most)) where argument == theirs:
            return Self.times(Int128(own), windows).map { $0 <= Int128(most) } ?? false
        default: return false
        }
    }

    private static func times(_ amount: Int128, _ count: Int) -> Int128? {
        let (product, overflows) = amount.multipliedReportingOverflow(by: Int128(count))
        return overflows ? nil : product
    }

    private static func quotient(_ longer: Duration, _ shorter: Duration) -> Int {
        guard shorter > .zero, longer > shorter else { return 1 }
        let (whole, rest) = attoseconds(longer).quotientAndRemainder(dividingBy: attoseconds(shorter))
        return Int(clamping: whole + (rest > 0 ? 1 : 0))
    }

    private static func attoseconds(_ duration: Duration) -> Int128 {
        Int128(duration.components.seconds) * 1_000_000_000_000_000_000 + Int128(duration.components.attoseconds)
    }
}
