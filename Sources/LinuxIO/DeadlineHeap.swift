/// Waiters by deadline, the earliest first. A waiter that was resumed stays in the heap as a dead entry until it comes
/// up, or until the dead outnumber the living: then they are swept out, so that thousands of calls with long
/// deadlines do not pile up.
struct DeadlineHeap {
    private struct Entry {
        let deadline: ContinuousClock.Instant
        let waiter: Waiter
    }

    private var entries: [Entry] = []
    private var dead = 0

    /// The earliest deadline; it may belong to a waiter that no longer waits.
    var first: ContinuousClock.Instant? { entries.first?.deadline }

    /// True if this deadline is now the earliest.
    mutating func insert(_ waiter: Waiter, at deadline: ContinuousClock.Instant) -> Bool {
        entries.append(Entry(deadline: deadline, waiter: waiter))
        var child = entries.count - 1
        while child > 0 {
            let parent = (child - 1) / 2
            guard entries[child].deadline < entries[parent].deadline else { break }
            entries.swapAt(child, parent)
            child = parent
        }
        return child == 0
    }

    /// Takes out the earliest waiter that still waits, if its deadline is not after `now`.
    mutating func popFirst(before now: ContinuousClock.Instant) -> Waiter? {
        while let first = entries.first, first.deadline <= now {
            removeFirst()
            if first.waiter.deadline == first.deadline { return first.waiter }
            dead -= 1
        }
        return nil
    }

    /// A waiter in the heap stopped waiting (its `deadline` is nil).
    mutating func noteRemoval() {
        dead += 1
        guard dead > 64, dead > entries.count / 2 else { return }
        var living = DeadlineHeap()
        for entry in entries where entry.waiter.deadline == entry.deadline {
            _ = living.insert(entry.waiter, at: entry.deadline)
        }
        self = living
    }

    private mutating func removeFirst() {
        let last = entries.removeLast()
        guard !entries.isEmpty else { return }
        entries[0] = last
        var parent = 0
        while true {
            var smallest = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < entries.count {
                if entries[child].deadline < entries[smallest].deadline { smallest = child }
            }
            if smallest == parent { return }
            entries.swapAt(parent, smallest)
            parent = smallest
        }
    }
}
