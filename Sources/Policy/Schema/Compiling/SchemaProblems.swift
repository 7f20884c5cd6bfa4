/// What is wrong with a schema: the first of many, since a report of more helps nobody.
struct SchemaProblems {
    static let maximum = 64

    private(set) var all: [PolicyProblem] = []

    var isEmpty: Bool { all.isEmpty }
    var isFull: Bool { all.count >= Self.maximum }

    var error: PolicyError? { all.first.map { PolicyError($0, Array(all.dropFirst())) } }

    mutating func add(_ problem: PolicyProblem) {
        if !isFull { all.append(problem) }
    }
}
