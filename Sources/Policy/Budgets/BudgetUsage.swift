import Manifests

/// What was used of one budget: reserved when a call was decided, settled when it ended. Memory is bounded by the budget,
/// not by the run.
struct BudgetUsage: Hashable, Sendable {
    /// Of a budget over the whole run: calls, the sum, or bytes.
    private var whole = ExactAmount.zero
    /// Of a sliding window, oldest first.
    private var window = UsageWindow()
    private var values: [ValueKey: ValueUse] = [:]
    /// Bytes that calls may still write, by reservation.
    private var held: [Int: Int] = [:]

    private struct ValueUse: Hashable, Sendable {
        var last: Instant
        var calls: Int
    }

    var isHeld: Bool { !held.isEmpty }
    /// Calls and values that are kept apart.
    var remembered: Int { window.remembered + values.count + held.count }

    // MARK: Asking

    /// What the call can have: its draw, of bytes perhaps less; nil if there is no room.
    func room(_ budget: CompiledBudget, for draw: BudgetDraw, at now: Instant) -> BudgetDraw? {
        switch (budget.quantity, draw) {
        case (.calls(let calls), .calls):
            return budget.per == nil
                ? (whole < ExactAmount(units: Int128(calls)) ? draw : nil)
                : window.count(at: now, budget.per) < calls ? draw : nil
        case (.sum(_, let maximum), .amount(let amount)):
            guard window.count(at: now, budget.per) < CompiledBudget.maximumWindow,
                let sum = total(budget, at: now).adding(amount), sum <= maximum
            else { return nil }
            return draw
        case (.distinct(_, let maximum), .values(let keys)):
            let known = liveValues(budget, at: now)
            let new = keys.count { !isLive($0, budget, at: now) }
            return known + new <= maximum ? draw : nil
        case (.bytes(let bytes), .bytes(let wanted)):
            guard window.count(at: now, budget.per) < CompiledBudget.maximumWindow else { return nil }
            let left = Int(clamping: Int128(bytes) - heldBytes - total(budget, at: now).units)
            return left > 0 ? .bytes(min(wanted, left)) : nil
        default:
            return nil
        }
    }

    /// What was used: of a window, of it.
    func total(_ budget: CompiledBudget, at now: Instant) -> ExactAmount {
        guard let per = budget.per else { return whole }
        return window.total(at: now, per)
    }

    /// When the next call is possible again, for a window of calls that is used up.
    func nextCall(_ budget: CompiledBudget, at now: Instant) -> Instant? {
        guard let per = budget.per, case .calls(let calls) = budget.quantity else { return nil }
        return window.nextRoom(for: calls, at: now, per)
    }

    private var heldBytes: Int128 { held.values.reduce(0) { $0 + Int128($1) } }

    private func isLive(_ key: ValueKey, _ budget: CompiledBudget, at now: Instant) -> Bool {
        guard let use = values[key] else { return false }
        return budget.per.map { now < use.last + $0 } ?? true
    }

    private func liveValues(_ budget: CompiledBudget, at now: Instant) -> Int {
        guard let per = budget.per else { return values.count }
        return values.values.count { now < $0.last + per }
    }

    // MARK: Reserving and settling

    mutating func reserve(_ charge: BudgetCharge, by reservation: Int, at now: Instant) {
        let per = charge.budget.per
        if let per { window.drop(before: now, per) }
        switch charge.draw {
        case .calls: add(ExactAmount(units: 1), reservation, at: now, per)
        case .amount(let amount): add(amount, reservation, at: now, per)
        case .values(let keys):
            if let per { values = values.filter { now < $0.value.last + per } }
            for key in keys {
                values[key, default: ValueUse(last: now, calls: 0)].calls += 1
                values[key]?.last = now
            }
        case .bytes(let bytes): held[reservation] = bytes
        }
    }

    /// Bytes that were held become those that were written.
    mutating func settle(_ charge: BudgetCharge, by reservation: Int, bytes: Int, at now: Instant) {
        guard case .bytes = charge.draw, held.removeValue(forKey: reservation) != nil else { return }
        if let per = charge.budget.per { window.drop(before: now, per) }
        add(ExactAmount(units: Int128(bytes)), reservation, at: now, charge.budget.per)
    }

    /// Gives back what a call drew that was never started.
    mutating func release(_ charge: BudgetCharge, by reservation: Int) {
        switch charge.draw {
        case .calls: remove(ExactAmount(units: 1), reservation, charge.budget.per)
        case .amount(let amount): remove(amount, reservation, charge.budget.per)
        case .values(let keys):
            for key in keys {
                guard var use = values[key] else { continue }
                use.calls -= 1
                values[key] = use.calls > 0 ? use : nil
            }
        case .bytes: held[reservation] = nil
        }
    }

    private mutating func add(_ amount: ExactAmount, _ reservation: Int, at now: Instant, _ per: Duration?) {
        if per != nil {
            window.append(amount, reservation, at: now)
        } else {
            // Beyond what can be held there is no budget that it would fit.
            whole = whole.adding(amount) ?? ExactAmount(units: .max)
        }
    }

    private mutating func remove(_ amount: ExactAmount, _ reservation: Int, _ per: Duration?) {
        if per != nil { window.remove(reservation) } else { whole = whole.subtracting(amount) }
    }
}

/// The calls of a sliding window, oldest first. A call leaves it when exactly `per` has passed.
struct UsageWindow: Hashable, Sendable {
    private var entries: [Entry] = []
    /// Entries before this one have left.
    private var first = 0
    private var sum = ExactAmount.zero

    private struct Entry: Hashable, Sendable {
        let time: Instant
        let reservation: Int
        let amount: ExactAmount
    }

    var remembered: Int { entries.count }

    private func live(at now: Instant, _ per: Duration) -> Int {
        var start = first
        while start < entries.count, entries[start].time + per <= now { start += 1 }
        return start
    }

    func count(at now: Instant, _ per: Duration?) -> Int {
        guard let per else { return 0 }
        return entries.count - live(at: now, per)
    }

    func total(at now: Instant, _ per: Duration) -> ExactAmount {
        entries[first..<live(at: now, per)].reduce(sum) { $0.subtracting($1.amount) }
    }

    /// When there are fewer than `count` calls in the window.
    func nextRoom(for count: Int, at now: Instant, _ per: Duration) -> Instant? {
        let start = live(at: now, per)
        let leaving = entries.count - count
        guard count > 0, leaving >= start, entries.indices.contains(leaving) else { return nil }
        return entries[leaving].time + per
    }

    mutating func append(_ amount: ExactAmount, _ reservation: Int, at now: Instant) {
        entries.append(Entry(time: now, reservation: reservation, amount: amount))
        sum = sum.adding(amount) ?? ExactAmount(units: .max)
    }

    mutating func drop(before now: Instant, _ per: Duration) {
        let start = live(at: now, per)
        sum = total(at: now, per)
        first = start
        // Moving what is left costs as much as what was dropped brought in.
        if first > 64, first > entries.count / 2 {
            entries.removeFirst(first)
            first = 0
        }
    }

    mutating func remove(_ reservation: Int) {
        guard let place = entries.lastIndex(where: { $0.reservation == reservation }), place >= first else { return }
        sum = sum.subtracting(entries[place].amount)
        entries.remove(at: place)
    }
}
