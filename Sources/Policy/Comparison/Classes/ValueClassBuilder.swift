import Manifests
import StrictJSON

/// Gathers the classes of one argument's values, by asking the constraints themselves about samples.
struct ValueClassBuilder {
    let constraints: [CompiledConstraint]
    /// What each of them asks of a value that is there.
    let asked: [CompiledConstraint]
    let facts: SchemaFacts
    let tool: PolicyTool
    let pointer: [String]

    private(set) var classes: [ValueClass] = []
    private(set) var gap: String?
    private var numbers: [[Answer]: Int] = [:]
    private var questions = 0

    init(_ constraints: [CompiledConstraint], _ facts: SchemaFacts, tool: PolicyTool, pointer: [String]) {
        self.constraints = constraints
        asked = constraints.map(\.ofValue)
        self.facts = facts
        self.tool = tool
        self.pointer = pointer
    }

    mutating func addAll(isElement: Bool) {
        if !isElement, !facts.isAlwaysThere { add(.absent) }
        if facts.isNeverThere { return }
        // Each names a value or more, of which each other is asked.
        let (least, overflows) = constraints.count.multipliedReportingOverflow(by: constraints.count)
        guard !overflows, least <= ValueClasses.maximumQuestions else {
            return note("there are too many constraints on it")
        }
        addPoints()
        for value: JSON in [.null, true, false] { add(Sample(value)) }
        for number in NumberSamples.around(numberPoints) { add(Sample(number)) }
        addTexts()
        addArrays()
        addObjects()
        addUnknownForms()
    }

    /// Values that constraints or the schema name.
    private mutating func addPoints() {
        let paths = PathSamples(scopes).paths
        for value in points {
            add(Sample(value))
            guard case .string = value, !scopes.isEmpty else { continue }
            for path in paths { add(Sample(value, links: [[]: path])) }
        }
        let hasArrays = points.contains { $0.arrayValue != nil }
        if hasArrays, elementConstraints.contains(where: \.asksForPath) {
            note("lists are named as a whole and their elements as paths")
        }
    }

    private mutating func addObjects() {
        let ranges = LengthRanges(lengthBounds + [Self.bound(facts.lengths("minProperties", "maxProperties"))]).ranges
        for range in ranges {
            guard range.lowerBound <= 64 else {
                if facts.permitsOthers("object", range.lowerBound) {
                    add(otherAnswers(like: .object(JSONObject()), length: range.lowerBound), nil)
                }
                continue
            }
            let members = (0..<range.lowerBound).map { ("member\($0 + 1)", JSON.integer(1)) }
            add(Sample(.object(JSONObject(uniqueMembers: members))))
        }
    }

    /// Supplied values on one argument beyond which combinations are not counted.
    private static let maximumProvenances = 6

    /// A supplied value has more forms than can be listed: other cases of an address, other spacings of a number. Of each
    /// class there may be one.
    private mutating func addUnknownForms() {
        var keys: Set<JSON> = []
        let places = asked.indices.filter { place in
            if case .from = asked[place] { keys.insert(asked[place].key).inserted } else { false }
        }
        guard places.count <= Self.maximumProvenances else { return note("there are too many constraints on it") }
        let points = asked.indices.filter { index in
            switch asked[index] {
            case .equals, .oneOf: true
            default: false
            }
        }
        for place in places {
            let key = asked[place].key
            let same = asked.indices.filter { asked[$0].key == key }
            for answers in classes.map(\.answers) where !points.contains(where: { answers[$0] == .holds }) {
                var flipped = answers
                for index in same { flipped[index] = .holds }
                // What is absent is a class of its own, and comes from nowhere.
                if numbers[flipped] == nil, !isAbsent(answers) { add(flipped, nil) }
            }
        }
    }

    private func isAbsent(_ answers: [Answer]) -> Bool {
        numbers[answers].map { classes[$0].samples.contains(.absent) } ?? false
    }

    // MARK: Adding

    /// Adds the class of a sample, or the sample to its class.
    mutating func add(_ sample: Sample) {
        if let value = sample.value, !facts.permits(value) { return }
        add(answers(sample), sample)
    }

    func answers(_ sample: Sample) -> [Answer] {
        let call = PolicyCall(tool: tool.name, arguments: [:], resolvedPaths: sample.resolvedPaths(at: pointer))
        var facts = CallFacts.ofValue(call, tool)
        return constraints.map { sample.answer($0, at: pointer, &facts) }
    }

    /// Adds a class; without a sample one of which it is not known whether it has any value.
    mutating func add(_ answers: [Answer], _ sample: Sample?) {
        questions += constraints.count
        guard questions <= ValueClasses.maximumQuestions else { return note("there are too many constraints on it") }
        if let number = numbers[answers] {
            if let sample, classes[number].samples.count < ValueClass.maximumSamples,
                !classes[number].samples.contains(sample)
            {
                classes[number].samples.append(sample)
            }
            return
        }
        guard classes.count < ValueClasses.maximumClasses else { return note("there are too many constraints on it") }
        numbers[answers] = classes.count
        classes.append(ValueClass(answers: answers, samples: sample.map { [$0] } ?? []))
    }

    /// What is asked of a value that no constraint names, by what is asked of another of its type and by its length.
    func otherAnswers(like value: JSON, length: Int) -> [Answer] {
        var answers = answers(Sample(value))
        for (index, constraint) in asked.enumerated() {
            switch constraint {
            case .equals, .oneOf: answers[index] = .fails
            case .length(let minimum, let maximum):
                answers[index] = length >= minimum ?? 0 && length <= maximum ?? .max ? .holds : .fails
            default: break
            }
        }
        return answers
    }

    /// Says why there may be values in no class.
    mutating func note(_ reason: String) { if gap == nil { gap = reason } }

    // MARK: What the constraints name

    var points: [JSON] {
        var points = facts.mentioned
        for constraint in asked {
            switch constraint {
            case .equals(let value): points.append(value)
            case .oneOf(let values, _): points += values
            case .from(let provenance): points += provenance.sources.flatMap { SourceKey($0).values }
            default: break
            }
        }
        return points
    }

    var scopes: [PathScope] {
        asked.compactMap { if case .under(let scope) = $0 { scope } else { nil } }
    }

    var lengthBounds: [(min: Int?, max: Int?)] {
        asked.compactMap { if case .length(let min, let max) = $0 { (min, max) } else { nil } }
    }

    var elementConstraints: [CompiledConstraint] {
        asked.flatMap { if case .each(let inner) = $0 { inner } else { [CompiledConstraint]() } }
    }

    static func bound(_ lengths: [Int?]) -> (min: Int?, max: Int?) {
        (lengths.first ?? nil, lengths.dropFirst().first ?? nil)
    }

    private var numberPoints: [ExactNumber] {
        var points = facts.numbers("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        points += self.points.compactMap { ExactNumber($0) }
        for constraint in asked {
            switch constraint {
            case .max(let bound), .min(let bound): points.append(bound)
            default: break
            }
        }
        return points
    }
}
