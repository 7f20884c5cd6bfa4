/// Which lines went and which came: E. W. Myers, "An O(ND) Difference Algorithm and Its Variations" (1986).
enum LineDifference {
    /// One line; positions count from 0, and say where the other text stands at that moment.
    enum Edit: Hashable {
        case keep(old: Int, new: Int)
        case remove(old: Int, new: Int)
        case insert(old: Int, new: Int)

        var isKept: Bool { if case .keep = self { true } else { false } }

        var isInOld: Bool { if case .insert = self { false } else { true } }
        var isInNew: Bool { if case .remove = self { false } else { true } }

        var place: (old: Int, new: Int) {
            switch self {
            case .keep(let old, let new), .remove(let old, let new), .insert(let old, let new): (old, new)
            }
        }
    }

    /// More differences than this are not worth a minimal answer: the search costs their square in time and memory.
    private static let mostDifferences = 2000

    static func edits(from old: [Substring], to new: [Substring]) -> [Edit] {
        // Lines become numbers once; comparing them is what the search does most.
        var numbers: [Substring: Int] = [:]
        func number(_ line: Substring) -> Int {
            if let known = numbers[line] { return known }
            numbers[line] = numbers.count
            return numbers.count - 1
        }
        let a = old.map(number)
        let b = new.map(number)
        var start = 0
        while start < a.count, start < b.count, a[start] == b[start] { start += 1 }
        var end = 0
        while end < a.count - start, end < b.count - start, a[a.count - 1 - end] == b[b.count - 1 - end] { end += 1 }

        var edits = (0..<start).map { Edit.keep(old: $0, new: $0) }
        edits += middle(Array(a[start..<(a.count - end)]), Array(b[start..<(b.count - end)]), start)
        edits += (0..<end).map { Edit.keep(old: a.count - end + $0, new: b.count - end + $0) }
        return edits
    }

    /// The part between the common beginning and the common end, which both lie `offset` lines in.
    private static func middle(_ a: [Int], _ b: [Int], _ offset: Int) -> [Edit] {
        guard !a.isEmpty, !b.isEmpty, let trace = search(a, b) else {
            return a.indices.map { .remove(old: offset + $0, new: offset) }
                + b.indices.map { .insert(old: offset + a.count, new: offset + $0) }
        }
        var edits: [Edit] = []
        var x = a.count
        var y = b.count
        for depth in trace.indices.reversed() {
            let reach = trace[depth]
            let k = x - y
            let isDown = k == -depth || (k != depth && reach.at(k - 1) < reach.at(k + 1))
            let previousK = isDown ? k + 1 : k - 1
            let previousX = depth == 0 ? 0 : reach.at(previousK)
            let previousY = depth == 0 ? 0 : previousX - previousK
            while x > previousX, y > previousY {
                (x, y) = (x - 1, y - 1)
                edits.append(.keep(old: offset + x, new: offset + y))
            }
            if depth > 0 {
                edits.append(
                    isDown
                        ? .insert(old: offset + previousX, new: offset + previousY)
                        : .remove(old: offset + previousX, new: offset + previousY))
            }
            (x, y) = (previousX, previousY)
        }
        return edits.reversed()
    }

    /// For each number of differences the furthest reach before its step; nil if there are too many.
    private static func search(_ a: [Int], _ b: [Int]) -> [Reach]? {
        var trace: [Reach] = []
        var reach = Reach(depth: 0)
        for depth in 0...min(a.count + b.count, mostDifferences) {
            trace.append(reach)
            var next = Reach(depth: depth)
            for k in stride(from: -depth, through: depth, by: 2) {
                let isDown = k == -depth || (k != depth && reach.at(k - 1) < reach.at(k + 1))
                var x = depth == 0 ? 0 : isDown ? reach.at(k + 1) : reach.at(k - 1) + 1
                while x < a.count, x - k < b.count, a[x] == b[x - k] { x += 1 }
                next.set(k, x)
                if x >= a.count, x - k >= b.count { return trace }
            }
            reach = next
        }
        return nil
    }

    /// The furthest `x` on each diagonal `k` from -depth to depth; -1 where nothing was reached.
    private struct Reach {
        private let depth: Int
        private var values: [Int]

        init(depth: Int) {
            self.depth = depth
            values = Array(repeating: -1, count: 2 * depth + 1)
        }

        func at(_ k: Int) -> Int { abs(k) <= depth ? values[k + depth] : -1 }
        mutating func set(_ k: Int, _ x: Int) { values[k + depth] = x }
    }
}
