import StrictJSON

/// One validation under way: where it stands in the value, and what it found.
struct SchemaValidation {
    /// A value can be wrong in as many places as it has: a report of more helps nobody.
    static let maximumViolations = 32

    private let nodes: [SchemaNode]
    /// False: only the answer counts, and the first violation ends the check.
    private(set) var collects: Bool
    private(set) var violations: [SchemaViolation] = []
    private var location: [Step] = []

    private enum Step {
        case key(String)
        case index(Int)
    }

    init(nodes: [SchemaNode], collects: Bool) {
        self.nodes = nodes
        self.collects = collects
    }

    mutating func check(_ value: JSON, against schema: SchemaReference) -> Bool {
        switch nodes[schema.index] {
        case .always:
            return true
        case .never:
            return fail("false", "nothing is allowed here")
        case .keywords(let keywords):
            var valid = true
            for keyword in keywords where !keyword.check(value, &self) {
                guard collects else { return false }
                valid = false
            }
            return valid
        }
    }

    mutating func check(_ value: JSON, at key: String, against schema: SchemaReference) -> Bool {
        guard collects else { return check(value, against: schema) }
        location.append(.key(key))
        defer { location.removeLast() }
        return check(value, against: schema)
    }

    mutating func check(_ value: JSON, at index: Int, against schema: SchemaReference) -> Bool {
        guard collects else { return check(value, against: schema) }
        location.append(.index(index))
        defer { location.removeLast() }
        return check(value, against: schema)
    }

    /// Whether the value is valid, without a report of why not: for schemas of which one failing is no violation.
    mutating func accepts(_ value: JSON, _ schema: SchemaReference) -> Bool {
        let collected = collects
        collects = false
        defer { collects = collected }
        return check(value, against: schema)
    }

    /// Reports a violation at the present place. Always false, to be returned.
    mutating func fail(_ keyword: String, _ message: @autoclosure () -> String) -> Bool {
        if collects, violations.count < Self.maximumViolations {
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
