import StrictJSON

/// One validation under way: where it stands in the value, and what it found.
struct SchemaValidation {
    /// A value can be wrong in as many places as it has: a report of more helps nobody.
    static let maximumViolations = 32
    /// How often a schema may be asked about a value, and other work of about that size. Enough for an array of eight
    /// million elements; under a second of work.
    static let maximumSteps = 10_000_000
    /// Schemas that ask one another, over all levels of the value. A thread's stack holds them.
    static let maximumDepth = 1_024

    private let program: SchemaProgram
    /// False: only the answer counts, and the first violation ends the check.
    private(set) var collects: Bool
    private(set) var violations: [SchemaViolation] = []
    private(set) var steps = 0
    private var depth = 0
    private(set) var exhaustion: Exhaustion?
    private var location: [Step] = []
    /// Which members and elements of the present value were looked at.
    var evaluated = EvaluatedPlaces()
    private var scope = DynamicScope()

    private enum Step {
        case key(String)
        case index(Int)
    }

    /// Why a check was given up.
    enum Exhaustion: Sendable {
        case steps, depth

        var message: String {
            switch self {
            case .steps: "the value takes more than \(maximumSteps) steps to check"
            case .depth: "the value nests too deep to be checked: more than \(maximumDepth) schemas ask one another"
            }
        }
    }

    init(_ program: SchemaProgram, collects: Bool) {
        self.program = program
        self.collects = collects
    }

    /// Whether the whole value is valid.
    ///
    /// INVARIANT: what could not be checked to the end is invalid. `not` turns a failure into success, so the answer of
    /// the schemas alone does not count after an exhaustion.
    mutating func accepts(_ value: JSON, root: SchemaReference) -> Bool {
        check(value, against: root) && exhaustion == nil
    }

    /// What is wrong with a value that was not accepted: never empty.
    var report: [SchemaViolation] {
        if let exhaustion { return [SchemaViolation(pointer: "", keyword: "$ref", message: exhaustion.message)] }
        if violations.isEmpty {
            return [SchemaViolation(pointer: "", keyword: "false", message: "the value is invalid")]
        }
        return violations
    }

    // MARK: Schemas

    /// Asks a schema about the present value.
    mutating func check(_ value: JSON, against schema: SchemaReference) -> Bool {
        guard begin() else { return false }
        defer { depth -= 1 }
        guard program.anchors.areScoped else { return evaluate(value, schema) }
        let isNew = scope.enter(program.resources[schema.index])
        defer { if isNew { scope.leave() } }
        return evaluate(value, schema)
    }

    private mutating func evaluate(_ value: JSON, _ schema: SchemaReference) -> Bool {
        switch program.nodes[schema.index] {
        case .always:
            return true
        case .never:
            return fail("false", "nothing is allowed here")
        case .keywords(let keywords):
            return check(value, keywords)
        case .tracking(let keywords):
            let outer = evaluated.begin()
            defer { evaluated.end(outer) }
            return check(value, keywords)
        }
    }

    private mutating func check(_ value: JSON, _ keywords: [any SchemaKeyword]) -> Bool {
        var valid = true
        for keyword in keywords where !keyword.check(value, &self) {
            guard collects else { return false }
            valid = false
        }
        return valid
    }

    /// Asks a schema about a member of the present value.
    mutating func check(_ value: JSON, at key: String, against schema: SchemaReference) -> Bool {
        let tracks = evaluated.suspend()
        defer { evaluated.tracks = tracks }
        guard collects else { return check(value, against: schema) }
        location.append(.key(key))
        defer { location.removeLast() }
        return check(value, against: schema)
    }

    /// Asks a schema about an element of the present value.
    mutating func check(_ value: JSON, at index: Int, against schema: SchemaReference) -> Bool {
        let tracks = evaluated.suspend()
        defer { evaluated.tracks = tracks }
        guard collects else { return check(value, against: schema) }
        location.append(.index(index))
        defer { location.removeLast() }
        return check(value, against: schema)
    }

    /// Whether the present value is valid, without a report of why not: for schemas of which one failing is no
    /// violation. What a schema that fails has looked at does not count.
    mutating func accepts(_ value: JSON, _ schema: SchemaReference) -> Bool {
        let collected = collects
        let mark = evaluated.mark
        collects = false
        defer { collects = collected }
        if check(value, against: schema) { return true }
        evaluated.forget(after: mark)
        return false
    }

    /// The same for something within the present value: an element, or a member's name.
    mutating func acceptsPart(_ value: JSON, _ schema: SchemaReference) -> Bool {
        let tracks = evaluated.suspend()
        defer { evaluated.tracks = tracks }
        return accepts(value, schema)
    }

    /// Asks the schema that a dynamic reference ends at on the present way.
    mutating func check(_ value: JSON, anchor: Int, initial: SchemaReference) -> Bool {
        guard program.anchors.areScoped else { return check(value, against: initial) }
        charge(scope.resources.count)
        let targets = program.anchors.targets[anchor]
        for resource in scope.resources {
            if let target = targets[resource] { return check(value, against: target) }
        }
        return check(value, against: initial)
    }

    // MARK: Bounds

    /// Takes a step, and goes one schema deeper.
    private mutating func begin() -> Bool {
        steps += 1
        if steps > Self.maximumSteps || depth >= Self.maximumDepth || evaluated.isFull { exhaust() }
        guard exhaustion == nil else { return false }
        depth += 1
        return true
    }

    private mutating func exhaust() {
        if exhaustion == nil { exhaustion = depth >= Self.maximumDepth ? .depth : .steps }
    }

    /// Takes further steps, for work that grows with the value. False once there are none left.
    @discardableResult
    mutating func charge(_ count: Int) -> Bool {
        steps += min(count, Self.maximumSteps)
        if steps > Self.maximumSteps { exhaust() }
        return exhaustion == nil
    }

    // MARK: Reports

    /// Reports a violation at the present place. Always false, to be returned.
    mutating func fail(_ keyword: String, _ message: @autoclosure () -> String) -> Bool {
        if collects, violations.count < Self.maximumViolations, exhaustion == nil {
            violations.append(SchemaViolation(pointer: pointer, keyword: keyword, message: message()))
        }
        return false
    }

    private var pointer: String {
        location.map { step in
            switch step {
            case .key(let key): "/" + Pointer.escaped(key)
            case .index(let index): "/\(index)"
            }
        }.joined()
    }
}
