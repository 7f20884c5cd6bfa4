/// Collects what is wrong with one file while it is read. Bounded: a hostile file may hold a problem per byte.
struct ProblemList {
    let file: String
    private(set) var problems: [ManifestProblem] = []
    private(set) var omitted = 0

    private static let limit = 1000

    init(file: String) {
        self.file = file
    }

    var isEmpty: Bool { problems.isEmpty }

    /// Keeps a problem, or only counts it: then its texts, which may cost a search for the nearest key, are not made.
    mutating func add(
        _ code: ManifestProblem.Code, at position: Position, key: @autoclosure () -> String = "",
        _ message: @autoclosure () -> String, suggestion: @autoclosure () -> String? = nil
    ) {
        guard problems.count < Self.limit else {
            omitted += 1
            return
        }
        problems.append(
            ManifestProblem(
                file: file, line: position.line, column: position.column, key: key(),
                message: message(), suggestion: suggestion(), code: code))
    }

    /// What to throw; nil if nothing is wrong.
    var errors: ManifestErrors? {
        problems.isEmpty ? nil : ManifestErrors(problems, omitted: omitted)
    }
}
