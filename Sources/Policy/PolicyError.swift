import Diagnostics

/// One thing that is wrong with a schema or an intent.
package struct PolicyProblem: Hashable, Sendable, CustomStringConvertible {
    /// Stable, in kebab case: `unknown-keyword`, `unknown-tool`.
    package let code: String
    /// The intent's file, where it is known.
    package private(set) var file: String?
    /// Line of the rule, or of what is wrong in it, in the intent's file.
    package let line: Int?
    /// In Unicode scalars from 1, where the place is known to the character.
    package let column: Int?
    /// JSON pointer into the schema.
    package let pointer: String?
    package let message: String
    package let remedy: String?

    package init(
        _ code: String, line: Int? = nil, column: Int? = nil, pointer: String? = nil, _ message: String,
        remedy: String? = nil
    ) {
        self.code = code
        self.line = line
        self.column = column
        self.pointer = pointer
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        if let line {
            guard let file else { return "line \(line)\(column.map { ", column \($0)" } ?? ""): \(message)" }
            return "\(VisibleText.line(file)):\(line):\(column.map { "\($0):" } ?? "") \(message)"
        }
        if let pointer { return "at `\(pointer.isEmpty ? "/" : pointer)`: \(message)" }
        return message
    }

    fileprivate func located(in file: String) -> PolicyProblem {
        var problem = self
        problem.file = file
        return problem
    }
}

/// Why a schema or an intent was not accepted: all of its problems at once.
package struct PolicyError: Diagnostic, Equatable {
    /// Never empty.
    package let problems: [PolicyProblem]

    package init(_ first: PolicyProblem, _ others: [PolicyProblem] = []) {
        problems = [first] + others
    }

    /// The same problems, of a file: then places read `intent.yaml:12:7`.
    package func located(in file: String) -> PolicyError {
        PolicyError(problems[0].located(in: file), problems.dropFirst().map { $0.located(in: file) })
    }

    package var code: String { problems[0].code }
    package var message: String { problems.map(\.description).joined(separator: "\n") }
    package var remedy: String? {
        let remedies = problems.compactMap(\.remedy)
        return remedies.isEmpty ? nil : remedies.joined(separator: "\n  fix: ")
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
