import StrictJSON

extension ValueClassBuilder {
    /// Longer arrays are not built.
    private static let maximumElements = 64
    /// Sets of answers that arrays can have, beyond which they are not counted.
    private static let maximumStates = 512

    /// What elements together make an array's answers, and the fewest that do.
    private struct State {
        var elements: [Sample]
        /// False if it is not known whether there are such elements.
        var isReal: Bool
        /// The fewest elements that may do.
        var least: Int
        /// True if there is no element but the one that does.
        var isOnlyOne = false
    }

    /// Arrays. What `each` says of one is what it says of the worst of its elements, so arrays have as many classes as
    /// sets of elements have different answers.
    mutating func addArrays() {
        let lists = asked.enumerated().compactMap { index, constraint -> (Int, [CompiledConstraint])? in
            if case .each(let inner) = constraint { (index, inner) } else { nil }
        }
        let bounds = lengthBounds + [Self.bound(facts.lengths("minItems", "maxItems"))]
        let ranges = LengthRanges(bounds, hasZero: true).ranges
        let states =
            lists.isEmpty
            ? [[]: State(elements: [Sample(facts.element)], isReal: true, least: 1)] : arrayStates(lists.map(\.1))
        for range in ranges {
            guard range.lowerBound > 0 else {
                add(Sample([]))
                continue
            }
            for (answers, state) in states where state.least <= range.upperBound {
                let length = max(range.lowerBound, state.elements.count)
                if state.isReal, length <= min(range.upperBound, Self.maximumElements) {
                    addArray(state.elements, length: length, range)
                }
                // The class is there in any case: the arrays above may be ones that a rule names as a whole.
                let isNamed = state.isOnlyOne && range == 1...1
                guard !isNamed, facts.permitsOthers("array", range.lowerBound) else { continue }
                var all = otherAnswers(like: .array([]), length: range.lowerBound)
                for (list, answer) in zip(lists, answers) { all[list.0] = answer }
                add(all, nil)
            }
        }
    }

    private mutating func addArray(_ elements: [Sample], length: Int, _ range: ClosedRange<Int>) {
        // A list that some rule names as a whole is another class: one element more tells it apart.
        for length in [length, length + 1] where range.contains(length) {
            var values: [JSON] = []
            var links: [[String]: String] = [:]
            for index in 0..<length {
                let element = elements[index % elements.count]
                values.append(element.value ?? .null)
                for (tokens, path) in element.links { links[[String(index)] + tokens] = path }
            }
            add(Sample(.array(values), links: links))
        }
    }

    /// The closure of the elements' answers: by the answer to each list of constraints, the elements that give it.
    private mutating func arrayStates(_ lists: [[CompiledConstraint]]) -> [[Answer]: State] {
        var keys: [JSON: Int] = [:]
        var inner: [CompiledConstraint] = []
        for constraint in lists.joined() where keys[constraint.key] == nil {
            keys[constraint.key] = inner.count
            inner.append(constraint)
        }
        let elements = ValueClasses(inner, facts.elements, tool: tool, at: pointer + ["0"], isElement: true)
        if let gap = elements.gap { note(gap) }
        let indices = lists.map { list in list.compactMap { keys[$0.key] } }
        var single: [[Answer]: State] = [:]
        for element in elements.classes {
            let answers = indices.map { list in list.reduce(Answer.holds) { $0.and(element.answers[$1]) } }
            let sample = element.samples.first
            let isPoint =
                element.samples.count == 1
                && inner.indices.contains { index in
                    if case .equals = inner[index] { element.answers[index] == .holds } else { false }
                }
            let known = single[answers]
            single[answers]?.isOnlyOne = false
            if known == nil || (known?.isReal == false && sample != nil) {
                single[answers] = State(
                    elements: [sample ?? .absent], isReal: sample != nil, least: 1,
                    isOnlyOne: isPoint && known == nil)
            }
        }
        var states = single
        var frontier = Array(single)
        while !frontier.isEmpty {
            var next: [[Answer]: State] = [:]
            for (answers, state) in frontier {
                for (other, one) in single {
                    let combined = zip(answers, other).map { $0.and($1) }
                    var joined = State(
                        elements: state.elements + one.elements, isReal: state.isReal && one.isReal,
                        least: state.least + 1)
                    if let known = next[combined] ?? states[combined] {
                        if known.isReal || !joined.isReal { continue }
                        joined.least = known.least
                    }
                    next[combined] = joined
                }
            }
            states.merge(next) { $1 }
            guard states.count <= Self.maximumStates else {
                note("there are too many constraints on its elements")
                return states
            }
            frontier = Array(next)
        }
        return states
    }
}
