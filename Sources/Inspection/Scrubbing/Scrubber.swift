/// Takes secrets out of one stream, whatever pieces it comes in, and puts as many bytes in their place.
///
/// What may be the beginning of a secret, by its form, is held back until what follows says whether it is one. So nothing
/// of a secret is ever passed on, and of a stream that stops in a word the word waits.
struct Scrubber {
    /// What stands in the place of each byte.
    static let filler = UInt8(ascii: "*")

    private let patterns: ScrubPatterns
    /// What came and was not passed on yet.
    private var held: [UInt8] = []
    /// So many of the held bytes belong to a secret that began before them.
    private var covered = 0
    /// Of each secret, where in what is held its last occurrence ends.
    private var ends: [Int: Int] = [:]
    /// How often each secret occurred since they were last taken.
    private(set) var counts: [Int: Int] = [:]

    init(_ patterns: ScrubPatterns) { self.patterns = patterns }

    /// What of the stream can be passed on.
    mutating func feed(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        held += bytes
        return take(isLast: false)
    }

    /// The rest, at the end of the stream.
    mutating func finish() -> [UInt8] { take(isLast: true) }

    /// What was counted since the last time, at most once.
    mutating func takeCounts() -> [Int: Int] {
        defer { counts = [:] }
        return counts
    }

    /// Scrubs one whole text.
    static func scrub(_ text: String, _ patterns: ScrubPatterns, counting counts: inout [Int: Int]) -> String {
        var scrubber = Scrubber(patterns)
        let bytes = scrubber.feed(text.utf8) + scrubber.finish()
        counts.merge(scrubber.counts, uniquingKeysWith: +)
        return String(decoding: bytes, as: UTF8.self)
    }

    private mutating func take(isLast: Bool) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(held.count)
        let passed = held.withUnsafeBufferPointer { bytes in pass(bytes, to: &result, isLast: isLast) }
        held.removeFirst(passed)
        covered = max(0, covered - passed)
        ends = ends.mapValues { $0 - passed }.filter { $0.value > 0 }
        return result
    }

    private mutating func pass(_ bytes: UnsafeBufferPointer<UInt8>, to result: inout [UInt8], isLast: Bool) -> Int {
        var place = 0
        let limit = isLast ? bytes.count : patterns.openEnd(of: bytes)
        while place < limit {
            // Inside of one secret another may begin.
            for index in patterns.beginnings[Int(bytes[place])] {
                let pattern = patterns.patterns[index]
                switch pattern.match(bytes, at: place) {
                case .none,
                    .cutOff(nil) where isLast:
                    continue
                case .until(let end): cover(place, end, pattern.owner)
                case .cutOff(let end?) where isLast: cover(place, end, pattern.owner)
                case .cutOff: return place
                }
            }
            result.append(place < covered ? Self.filler : bytes[place])
            place += 1
        }
        return place
    }

    private mutating func cover(_ start: Int, _ end: Int, _ owner: Int) {
        covered = max(covered, end)
        if start >= ends[owner] ?? 0 { counts[owner, default: 0] += 1 }
        ends[owner] = max(ends[owner] ?? 0, end)
    }
}
