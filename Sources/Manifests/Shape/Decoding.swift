/// Where a decoder is in a file, and what it found wrong so far.
struct Decoding {
    private(set) var problems: ProblemList
    /// For what is compiled later, and whose errors then name places in the file.
    var places: SourcePlaces
    private var path: [Step] = []

    /// One step from a value to one that it holds.
    enum Step: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
        case key(String)
        case index(Int)

        init(stringLiteral key: String) { self = .key(key) }
        init(integerLiteral index: Int) { self = .index(index) }
    }

    init(_ problems: ProblemList, _ places: SourcePlaces) {
        self.problems = problems
        self.places = places
    }

    /// Reports a problem of the value that is being decoded.
    mutating func report(
        _ code: ManifestProblem.Code, at position: Position, _ message: @autoclosure () -> String,
        suggestion: @autoclosure () -> String? = nil
    ) {
        problems.add(code, at: position, key: Self.text(of: path), message(), suggestion: suggestion())
    }

    /// Reports a problem of a value inside the one that is being decoded.
    mutating func report(
        _ code: ManifestProblem.Code, in located: Located, at steps: [Step], _ message: @autoclosure () -> String,
        suggestion: @autoclosure () -> String? = nil
    ) {
        var position = located.position
        var value: Located? = located
        for step in steps {
            switch step {
            case .key(let key): value = value?[key]
            case .index(let index): value = value?[index]
            }
            position = value?.position ?? position
        }
        problems.add(code, at: position, key: Self.text(of: path + steps), message(), suggestion: suggestion())
    }

    /// Decodes a value inside the current one.
    mutating func inside<Result>(_ step: Step, _ body: (inout Decoding) -> Result) -> Result {
        path.append(step)
        defer { path.removeLast() }
        return body(&self)
    }

    /// `rules[2].args.path`
    private static func text(of path: [Step]) -> String {
        var text = ""
        for step in path {
            switch step {
            case .key(let key): text += (text.isEmpty ? "" : ".") + key
            case .index(let index): text += "[\(index)]"
            }
        }
        return text
    }
}
