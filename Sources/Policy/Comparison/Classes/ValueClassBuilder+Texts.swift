import Hosts
import StrictJSON

extension ValueClassBuilder {
    /// Texts. What a text says as a host, where it leads as a path, its length and the expressions that it matches are
    /// asked of one and the same text, and not every combination has one.
    mutating func addTexts() {
        let ranges = LengthRanges(lengthBounds + [Self.bound(facts.lengths("minLength", "maxLength"))]).ranges
        let paths = scopes.isEmpty ? [] : PathSamples(scopes).paths
        let bases = textBases(paths)
        guard bases.count * ranges.count * max(1, paths.count) <= ValueClasses.maximumClasses * 8 else {
            return note("there are too many constraints on it")
        }
        for base in bases {
            for range in ranges {
                guard let text = base.text(in: range) else { continue }
                add(Sample(.string(text)))
                for path in paths { add(Sample(.string(text), links: [[]: path])) }
            }
        }
        addUnknownTexts(ranges.filter { facts.permitsOthers("string", $0.lowerBound) }, paths)
    }

    private func textBases(_ paths: [String]) -> [TextBase] {
        var bases: [TextBase] = []
        for path in paths { bases += [TextBase(path, tail: "/"), TextBase(path + "/", tail: "/")] }
        if asksForHost { bases += HostSamples(hosts, ranges).texts.map { TextBase($0.text, longer: $0.url) } }
        for pattern in patterns {
            bases += PatternSamples.texts(pattern.text).map { TextBase($0) }
        }
        if !scopes.isEmpty { bases.append(TextBase("../outside", tail: "/")) }
        // A text that tells where it comes from, if it comes from anywhere.
        if asked.contains(where: { if case .present = $0 { true } else { false } }) {
            bases.append(TextBase("witness-4711@example.com"))
        }
        bases += [
            TextBase("text", tail: ""), TextBase("", tail: "x"), TextBase("0", tail: "0"), TextBase("é", tail: "é"),
        ]
        return bases
    }

    // MARK: Combinations of which no text is known

    /// Expressions on one argument beyond which combinations are not counted.
    private static let maximumPatterns = 8
    private static let maximumCombinations = 1 << 13

    /// Every combination of what texts can be, asked one thing at a time.
    private mutating func addUnknownTexts(_ ranges: [ClosedRange<Int>], _ paths: [String]) {
        if ranges.isEmpty { return }
        let base = otherAnswers(like: "", length: 0)
        var facets: [[[Int: Answer]]] = []
        if asksForHost {
            facets.append(
                facet(HostSamples(hosts, self.ranges).texts.map { Sample(.string($0.text)) }) { constraint in
                    switch constraint {
                    case .host, .cidr: true
                    default: false
                    }
                })
        }
        if !paths.isEmpty {
            let samples = paths.map { Sample(.string("text"), links: [[]: $0]) } + [Sample(.string("../outside"))]
            facets.append(facet(samples) { if case .under = $0 { true } else { false } })
        }
        facets.append(lengthFacet(ranges))
        if patterns.count > Self.maximumPatterns {
            note("there are more than \(Self.maximumPatterns) expressions on it")
        } else {
            facets += patterns.map { pattern in
                [Answer.holds, .fails].map { answer in
                    Dictionary(uniqueKeysWithValues: pattern.places.map { ($0, answer) })
                }
            }
        }
        guard facets.reduce(1, { min($0 * max(1, $1.count), Self.maximumCombinations + 1) }) <= Self.maximumCombinations
        else { return note("there are too many constraints on it") }
        var combinations = [base]
        for facet in facets where !facet.isEmpty {
            combinations = combinations.flatMap { answers in
                facet.map { part in
                    var result = answers
                    for (index, answer) in part { result[index] = answer }
                    return result
                }
            }
        }
        for answers in combinations { add(answers, nil) }
    }

    /// The different answers that samples give to some of the constraints.
    private func facet(_ samples: [Sample], _ isPart: (CompiledConstraint) -> Bool) -> [[Int: Answer]] {
        let indices = asked.indices.filter { isPart(asked[$0]) }
        var seen: Set<[Int: Answer]> = []
        for sample in samples {
            let answers = answers(sample)
            seen.insert(Dictionary(uniqueKeysWithValues: indices.map { ($0, answers[$0]) }))
        }
        return Array(seen)
    }

    private func lengthFacet(_ ranges: [ClosedRange<Int>]) -> [[Int: Answer]] {
        ranges.map { range in
            let answers = otherAnswers(like: "", length: range.lowerBound)
            let lengths = asked.indices.filter { if case .length = asked[$0] { true } else { false } }
            return Dictionary(uniqueKeysWithValues: lengths.map { ($0, answers[$0]) })
        }
    }

    // MARK: What is asked of texts

    private var asksForHost: Bool { !hosts.isEmpty || !ranges.isEmpty }

    private var hosts: [HostPattern] {
        asked.flatMap { if case .host(let patterns, _) = $0 { patterns } else { [HostPattern]() } }
    }

    private var ranges: [AddressRange] {
        asked.flatMap { if case .cidr(let ranges) = $0 { ranges } else { [AddressRange]() } }
    }

    /// Each once, with its places among the constraints.
    private var patterns: [(text: String, places: [Int])] {
        var patterns: [(text: String, places: [Int])] = []
        for (index, constraint) in asked.enumerated() {
            guard case .matches(let text, _) = constraint else { continue }
            if let known = patterns.firstIndex(where: { TextKey($0.text) == TextKey(text) }) {
                patterns[known].places.append(index)
            } else {
                patterns.append((text, [index]))
            }
        }
        return patterns
    }
}

/// A text to make others of, of a length that is asked for.
private struct TextBase {
    let text: String
    /// What more text is put behind; nil if the text cannot be made longer.
    let longer: String?
    /// What it is made longer with comes behind this.
    let tail: String

    /// Longer texts are not built.
    static let maximumLength = 4096

    init(_ text: String, tail: String) {
        self.text = text
        longer = text
        self.tail = tail
    }

    init(_ text: String, longer: String? = nil) {
        self.text = text
        self.longer = longer
        tail = ""
    }

    func text(in range: ClosedRange<Int>) -> String? {
        if range.contains(text.unicodeScalars.count) { return text }
        guard let longer, text.unicodeScalars.count < range.lowerBound, range.lowerBound <= Self.maximumLength else {
            return nil
        }
        let start = longer.hasSuffix("/") ? longer : longer + tail
        let missing = max(0, range.lowerBound - start.unicodeScalars.count)
        let filler = tail == "/" || tail.isEmpty ? "a" : tail
        let result = start + String(repeating: filler, count: missing)
        return range.contains(result.unicodeScalars.count) ? result : nil
    }
}
