import Diagnostics

/// Finds what somebody may have meant who wrote something else.
package enum Nearest {
    /// "did you mean `rules`?"; nil if nothing is near.
    static func advice(for word: String, among candidates: [String]) -> String? {
        match(word, among: candidates).map { "did you mean \(VisibleText.quoted($0))?" }
    }

    /// The candidate with the fewest edits, at most one for each three characters.
    package static func match(_ word: String, among candidates: [String]) -> String? {
        // Long words are not near any of ours, and the cost is the product of the lengths.
        guard word.utf8.count <= 64 else { return nil }
        let lowered = word.lowercased()
        let distances = candidates.map { ($0, distance(lowered, $0.lowercased())) }
        guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(1, lowered.count / 3) else { return nil }
        return best.0
    }

    /// Optimal string alignment: insertions, removals, replacements and swaps of neighbours.
    static func distance(_ left: String, _ right: String) -> Int {
        let a = Array(left.unicodeScalars)
        let b = Array(right.unicodeScalars)
        var beforePrevious: [Int] = []
        var previous = Array(0...b.count)
        for i in a.indices {
            var current = [i + 1]
            for j in b.indices {
                var cost = min(previous[j + 1] + 1, current[j] + 1, previous[j] + (a[i] == b[j] ? 0 : 1))
                if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, beforePrevious[j - 1] + 1) }
                current.append(cost)
            }
            beforePrevious = previous
            previous = current
        }
        return previous[b.count]
    }
}
