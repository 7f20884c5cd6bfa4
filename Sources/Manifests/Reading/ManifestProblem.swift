import Diagnostics

/// One thing that is wrong with a manifest, and where.
package struct ManifestProblem: Hashable, Sendable, Comparable {
    package var file: String
    package var line: Int
    package var column: Int
    /// The key's path, `rules[2].args.path.under`; empty for the file itself.
    package var key: String
    /// What was expected and what was found.
    package var message: String
    /// What the author may have meant, or has to do.
    package var suggestion: String?
    package var code: Code

    package init(
        file: String, line: Int, column: Int, key: String, message: String, suggestion: String? = nil, code: Code
    ) {
        self.file = file
        self.line = line
        self.column = column
        self.key = key
        self.message = message
        self.suggestion = suggestion
        self.code = code
    }

    /// Stable names for kinds of problems.
    package struct Code: Hashable, Sendable, RawRepresentable {
        package let rawValue: String
        package init(rawValue: String) { self.rawValue = rawValue }

        /// The file is not there, not a regular file, or too large.
        package static let unreadable = Code(rawValue: "unreadable")
        /// The text is not YAML or JSON, or uses a part of YAML that manifests do not have.
        package static let syntax = Code(rawValue: "syntax")
        package static let duplicateKey = Code(rawValue: "duplicate-key")
        package static let unknownKey = Code(rawValue: "unknown-key")
        package static let missingKey = Code(rawValue: "missing-key")
        /// A value of a wrong type or form.
        package static let invalidValue = Code(rawValue: "invalid-value")
        /// Values that are right one by one contradict each other.
        package static let contradiction = Code(rawValue: "contradiction")
        /// The key is known, and this build cannot enforce it.
        package static let notEnforceable = Code(rawValue: "not-enforceable-yet")
        /// Two files give the same name.
        package static let duplicateName = Code(rawValue: "duplicate-name")
    }

    package var description: String {
        var text = VisibleText.line(file) + (code == .unreadable ? ": " : ":\(line):\(column): ")
        if !key.isEmpty { text += "\(VisibleText.line(key)): " }
        text += message
        if let suggestion { text += "; \(suggestion)" }
        return text
    }

    package static func < (left: Self, right: Self) -> Bool {
        (left.file, left.line, left.column, left.key, left.message)
            < (right.file, right.line, right.column, right.key, right.message)
    }
}
