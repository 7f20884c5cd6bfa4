/// Members sorted by their keys' UTF-16 code units (RFC 8785, section 3.2.3).
enum CanonicalOrder {
    static func sorted(_ members: [JSONObject.Member]) -> [JSONObject.Member] {
        let isSorted = zip(members, members.dropFirst()).allSatisfy { precedes($0.key, $1.key) }
        return isSorted ? members : members.sorted { precedes($0.key, $1.key) }
    }

    /// UTF-8 sorts by scalars, UTF-16 does not: what lies above U+FFFF starts with a surrogate (D800 to DBFF) and
    /// comes before U+E000 to U+FFFF. Those start with the bytes EE and EF, the former with F0 to F4.
    static func precedes(_ left: String, _ right: String) -> Bool {
        var others = right.utf8.makeIterator()
        for byte in left.utf8 {
            guard let other = others.next() else { return false }
            guard byte != other else { continue }
            let isSwapped = min(byte, other) >= 0xEE && min(byte, other) <= 0xEF && max(byte, other) >= 0xF0
            return isSwapped ? byte > other : byte < other
        }
        return others.next() != nil
    }
}
