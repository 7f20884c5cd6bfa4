import Diagnostics

/// One thing that is wrong with a schema or an intent.
package struct PolicyProblem: Hashable, Sendable, CustomStringConvertible {
    /// Stable, in kebab case: `unknown-keyword`, `unknown-tool`.
    package let code: String
    /// Line of the rule in the intent's file.
    package let line: Int?
    /// JSON pointer into the schema.
    package let pointer: String?
    package let message: String
    package let remedy: String?

    package init(_ code: String, line: Int? = nil, pointer: String? = nil, _ message: String, remedy: String? = nil) {
        self.code = code
        self.line = line
        self.pointer = pointer
        self.message = message
        self.remedy = remedy
    }

    package var description: String {
        if let line { return "line \(line): \(message)" }
        if let pointer { return "at `\(pointer.isEmpty ? "/" : pointer)`: \(message)" }
        return message
    }
}

/// Why a schema or an intent was not accepted: all of its problems at once.
package struct PolicyError: Diagnostic, Equatable {
    /// Never empty.
    package let problems: [PolicyProblem]

    package init(_ first: PolicyProblem, _ others: [PolicyProblem] = []) {
        problems = [first] + others
    }

    package var code: String { problems[0].code }
    package var message: String { problems.map(\.description).joined(separator: "\n") }
    package var remedy: String? {
        let remedies = problems.compactMap(\.remedy)
        return remedies.isEmpty ? nil : remedies.joined(separator: "\n  fix: ")
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
