/// The name that somebody may have meant.
enum NearestName {
    /// The nearest of `names` by edits, if it is near at all. Ties go to the first in order.
    static func of(_ text: String, among names: [String]) -> String? {
        let typed = Array(text.utf8.prefix(128))
        let limit = max(1, min(3, typed.count / 3))
        var best: (name: String, distance: Int)?
        for name in names.sorted() {
            let distance = distance(typed, Array(name.utf8.prefix(128)))
            if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
        }
        return best?.name
    }

    /// Levenshtein's distance.
    private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
        var row = Array(0...right.count)
        for (i, byte) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, other) in right.enumerated() {
                let substituted = diagonal + (byte == other ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(substituted, row[j] + 1, diagonal + 1)
            }
        }
        return row[right.count]
    }
}
