/// The members and elements of the present value that schemas have looked at, where a schema asks for them
/// (`unevaluatedProperties`, `unevaluatedItems`; Core, 11).
///
/// A log of positions: a schema that fails takes back what was written since it began, and one that asks sees what was
/// written since it began itself, which is what it and the schemas that it applied to the same value have looked at.
struct EvaluatedPlaces {
    /// More entries than this are not kept: the value is too complex to be checked.
    static let maximumEntries = 1_000_000

    /// True if a schema asks what is looked at in the present value.
    var tracks = false
    private var log: [Int] = []
    private var start = 0

    private static let everything = -1

    var mark: Int { log.count }
    var isFull: Bool { log.count > Self.maximumEntries }

    struct Outer {
        fileprivate let tracks: Bool
        fileprivate let start: Int
    }

    /// A schema begins that asks.
    mutating func begin() -> Outer {
        let outer = Outer(tracks: tracks, start: start)
        tracks = true
        start = log.count
        return outer
    }

    mutating func end(_ outer: Outer) {
        if !outer.tracks { forget(after: start) }
        tracks = outer.tracks
        start = outer.start
    }

    /// What is asked about next is another value. Returns what to set `tracks` to after it.
    mutating func suspend() -> Bool {
        let tracked = tracks
        tracks = false
        return tracked
    }

    /// The member or element at a position was looked at.
    mutating func note(_ position: Int) {
        if tracks, !isFull { log.append(position) }
    }

    mutating func noteAll() { note(Self.everything) }

    mutating func forget(after mark: Int) {
        if log.count > mark { log.removeLast(log.count - mark) }
    }

    /// How many entries the present schema sees.
    var count: Int { log.count - start }

    /// The positions below `count` that were not looked at.
    func missing(of count: Int) -> [Int] {
        guard count > 0 else { return [] }
        var isSeen = Array(repeating: false, count: count)
        for position in log[start...] {
            if position == Self.everything { return [] }
            if position < count { isSeen[position] = true }
        }
        return isSeen.indices.filter { !isSeen[$0] }
    }
}
