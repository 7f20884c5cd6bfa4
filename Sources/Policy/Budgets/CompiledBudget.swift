import Diagnostics
import Manifests
import StrictJSON

/// How much of one thing a rule or the task gives: over the whole run, or in every span of `per`.
struct CompiledBudget: Hashable, Sendable {
    let quantity: Quantity
    let per: Duration?

    /// Of a sliding window each call's time is kept: so many at most.
    static let maximumWindow = 100_000

    enum Quantity: Hashable, Sendable {
        case calls(Int)
        /// The tokens of the argument's pointer.
        case sum([String], max: ExactAmount)
        case distinct([String], max: Int)
        case bytes(Int)
    }

    /// Nil if the maximum of a sum cannot be held exactly.
    init?(_ budget: Budget) {
        switch budget.quantity {
        case .calls(let calls): quantity = .calls(calls)
        case .sum(let argument, let maximum):
            guard let maximum = ExactAmount(maximum) else { return nil }
            quantity = .sum(argument, max: maximum)
        case .distinct(let argument, let maximum): quantity = .distinct(argument, max: maximum)
        case .bytes(let size): quantity = .bytes(size.bytes)
        }
        per = budget.per
    }

    /// What makes no sense in it: reads after "the budget of the rule ".
    var mistake: String? {
        if let per, per <= .zero { return "has a `per` that is not greater than zero" }
        switch quantity {
        case .calls(let calls) where calls < 0: return "is negative"
        case .calls(let calls) where per != nil && calls > Self.maximumWindow:
            return "has more than \(Self.maximumWindow) calls in a `per`"
        case .sum(_, let maximum) where maximum.isNegative: return "is negative"
        case .distinct(_, let maximum) where !(0...Self.maximumWindow).contains(maximum):
            return "has more than \(Self.maximumWindow) different values"
        case .bytes(let bytes) where bytes < 0: return "is negative"
        default: return nil
        }
    }

    /// The argument that is counted.
    var argument: [String]? {
        switch quantity {
        case .sum(let argument, _), .distinct(let argument, _): argument
        case .calls, .bytes: nil
        }
    }

    // MARK: What a call draws

    /// What the call draws on the budget; nil if the budget is not about it, because `mayLack` its argument.
    ///
    /// - Throws: `BudgetRefusal` if the call cannot be counted. A negative amount is one: it would give back what other
    ///   calls used.
    func draw(of call: PolicyCall, mayLack: Bool, key: ProvenanceKey) throws(BudgetRefusal) -> BudgetDraw? {
        guard let argument else {
            if case .bytes = quantity { return .bytes(call.outputLimit ?? .max) }
            return .calls
        }
        let name = Pointer.name(argument)
        guard let value = call.arguments.value(at: argument) else {
            if mayLack { return nil }
            throw BudgetRefusal(name, "is absent", "has to be given: it is counted")
        }
        let shown = CompiledConstraint.shown(value)
        guard case .sum = quantity else {
            let values = value.arrayValue ?? [value]
            var keys: Set<ValueKey> = []
            for value in values {
                guard let canonical = try? value.canonical() else {
                    throw BudgetRefusal(name, "is \(shown), which cannot be counted", "cannot be counted")
                }
                keys.insert(ValueKey(canonical, key: key))
            }
            return .values(keys)
        }
        guard let amount = ExactAmount(value) else {
            let isNumber = value.numberValue != nil
            throw BudgetRefusal(
                name, "is \(shown), which \(isNumber ? "cannot be summed exactly" : "is \(value.kind), not a number")",
                isNumber ? "is too large or too fine to be summed" : "has to be a number: it is summed")
        }
        guard !amount.isNegative else {
            throw BudgetRefusal(name, "is \(shown), which is negative", "must not be negative: it is summed")
        }
        return .amount(amount)
    }

    // MARK: Words

    /// Why the budget has no room for a call: reads after a rule's name.
    func usedUp(_ usage: BudgetUsage?, _ draw: BudgetDraw, now: Instant) -> String {
        let window = per.map { " in \($0.words)" } ?? ""
        switch quantity {
        case .calls(let calls):
            let next = usage?.nextCall(self, at: now).map { Duration.seconds(now.wholeSeconds(until: $0)) }
            let again = next.map { "; the next is possible in \($0.words)" } ?? ""
            return "its budget of \(calls) call\(calls == 1 ? "" : "s")\(window) is used up\(again)"
        case .sum(let argument, let maximum):
            let left = maximum.subtracting(usage?.total(self, at: now) ?? .zero)
            var needed = ""
            if case .amount(let amount) = draw { needed = ", and the call needs \(amount)" }
            return
                "its budget of \(maximum) for the sum of `\(Pointer.name(argument))`\(window) has \(left) left\(needed)"
        case .distinct(let argument, let maximum):
            let values = "\(maximum) different value\(maximum == 1 ? "" : "s")"
            return "its budget of \(values) of `\(Pointer.name(argument))`\(window) has no room for more"
        case .bytes(let bytes):
            let held = usage?.isHeld == true ? ", or held by calls that have not ended" : ""
            return "its budget of \(bytes) bytes of output\(window) is used up\(held)"
        }
    }
}

/// Why a call cannot be counted.
struct BudgetRefusal: Error, Hashable {
    /// For who may see the rule.
    let why: String
    /// For the agent.
    let hint: String

    init(_ name: String, _ why: String, _ hint: String) {
        self.why = "its budget counts \(VisibleText.quoted(name)), which \(why)"
        self.hint = "\(VisibleText.quoted(name)) \(hint)"
    }
}

/// What one call draws on one budget.
enum BudgetDraw: Hashable, Sendable {
    case calls
    case amount(ExactAmount)
    case values(Set<ValueKey>)
    /// At most so many; how many they were is known at the end.
    case bytes(Int)
}

/// Whose budget it is.
struct BudgetPlace: Hashable, Sendable {
    /// nil for the task's own.
    let rule: Int?
    /// Among the budgets of the same owner.
    let index: Int
}

/// One budget that a call draws on if it goes ahead.
struct BudgetCharge: Hashable, Sendable {
    let place: BudgetPlace
    let budget: CompiledBudget
    let draw: BudgetDraw
}
