import Diagnostics
import Manifests
import Policy
import StrictJSON

/// Gives what policy finds wrong with an intent its place in the file: line, column and key.
struct IntentProblems {
    private let path: String
    private let tree: Located?

    /// - Parameter path: Of a manifest that loaded. Blocking.
    init(_ path: String) {
        self.path = path
        tree = try? ManifestFile.read(path)
    }

    func errors(_ error: PolicyError) -> ManifestErrors { ManifestErrors(error.problems.map(located)) }

    /// A problem with the value of a key at the top of the file.
    func problem(at key: String, _ code: String, _ message: String, suggestion: String?) -> ManifestProblem {
        let position = tree?[key]?.position
        return ManifestProblem(
            file: path, line: position?.line ?? 1, column: position?.column ?? 1, key: key, message: message,
            suggestion: suggestion, code: .init(rawValue: code))
    }

    private func located(_ problem: PolicyProblem) -> ManifestProblem {
        let place = place(of: problem)
        return ManifestProblem(
            file: path, line: place?.line ?? problem.line ?? 1, column: place?.column ?? problem.column ?? 1,
            key: place?.key ?? "", message: problem.message, suggestion: problem.remedy,
            code: .init(rawValue: problem.code))
    }

    private struct Place {
        let line: Int
        let column: Int
        let key: String
        /// What stands there.
        let text: String
    }

    /// Policy knows the line of the rule; what in it is meant stands in the message, in backticks.
    private func place(of problem: PolicyProblem) -> Place? {
        guard let line = problem.line, problem.column == nil else { return nil }
        let rules = tree?["rules"]
        var index = 0
        while let rule = rules?[index] {
            let places = Self.places(in: rule, key: "rules[\(index)]")
            if rule.position.line == line || places.contains(where: { $0.line == line }) {
                // What is named last is what is wrong: "`fs.read` has no argument `pth`".
                let named = places.filter { $0.line >= line && !$0.text.isEmpty }.compactMap { place in
                    Self.lastOffset(of: VisibleText.quoted(place.text), in: problem.message).map { (place, $0) }
                }.max { $0.1 < $1.1 }
                let rule = Place(
                    line: rule.position.line, column: rule.position.column, key: "rules[\(index)]", text: "")
                return named?.0 ?? rule
            }
            index += 1
        }
        return nil
    }

    private static func lastOffset(of part: String, in text: String) -> Int? {
        text.ranges(of: part).last.map { text.utf8.distance(from: text.startIndex, to: $0.lowerBound) }
    }

    /// Every key and every text of a rule. A manifest is small, and so is this.
    private static func places(in value: Located, key: String) -> [Place] {
        switch value.content {
        case .scalar(let scalar):
            guard let text = scalar.stringValue else { return [] }
            return [Place(line: value.position.line, column: value.position.column, key: key, text: text)]
        case .array(let elements):
            return elements.enumerated().flatMap { places(in: $0.element, key: "\(key)[\($0.offset)]") }
        case .object(let members):
            return members.flatMap { member in
                let inner = "\(key).\(member.key)"
                let own = Place(
                    line: member.keyPosition.line, column: member.keyPosition.column, key: inner, text: member.key)
                return [own] + places(in: member.value, key: inner)
            }
        case .invalid: return []
        }
    }
}
