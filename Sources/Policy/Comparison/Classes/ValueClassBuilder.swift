import Manifests
import StrictJSON

/// Gathers the classes of one argument's values, by asking the constraints themselves about samples.
struct ValueClassBuilder {
    let constraints: [CompiledConstraint]
    let facts: SchemaFacts
    let tool: ToolName
    let pointer: [String]

    private(set) var classes: [ValueClass] = []
    private(set) var gap: String?
    private var numbers: [[Answer]: Int] = [:]
    private var questions = 0

    init(_ constraints: [CompiledConstraint], _ facts: SchemaFacts, tool: ToolName, pointer: [String]) {
        self.constraints = constraints
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

    // MARK: Adding

    /// Adds the class of a sample, or the sample to its class.
    mutating func add(_ sample: Sample) {
        if let value = sample.value, !facts.permits(value) { return }
        add(answers(sample), sample)
    }

    func answers(_ sample: Sample) -> [Answer] {
        var call = CallFacts(
            PolicyCall(tool: tool, arguments: [:], resolvedPaths: sample.resolvedPaths(at: pointer)))
        return constraints.map { sample.answer($0, at: pointer, &call) }
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
        for (index, constraint) in constraints.enumerated() {
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
        for constraint in constraints {
            switch constraint {
            case .equals(let value): points.append(value)
            case .oneOf(let values, _): points += values
            default: break
            }
        }
        return points
    }

    var scopes: [PathScope] {
        constraints.compactMap { if case .under(let scope) = $0 { scope } else { nil } }
    }

    var lengthBounds: [(min: Int?, max: Int?)] {
        constraints.compactMap { if case .length(let min, let max) = $0 { (min, max) } else { nil } }
    }

    var elementConstraints: [CompiledConstraint] {
        constraints.flatMap { if case .each(let inner) = $0 { inner } else { [CompiledConstraint]() } }
    }

    static func bound(_ lengths: [Int?]) -> (min: Int?, max: Int?) {
        (lengths.first ?? nil, lengths.dropFirst().first ?? nil)
    }

    private var numberPoints: [ExactNumber] {
        var points = facts.numbers("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")
        points += self.points.compactMap { ExactNumber($0) }
        for constraint in constraints {
            switch constraint {
            case .max(let bound), .min(let bound): points.append(bound)
            default: break
            }
        }
        return points
    }
}
