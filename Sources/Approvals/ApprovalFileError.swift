import Diagnostics

/// What is wrong with a file that says whose signature counts: then nobody's does.
package struct ApprovalFileError: Diagnostic, Equatable {
    /// What went wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }

        package static let tooLarge = Code("too-large")
        /// Not UTF-8, or with control characters.
        package static let notText = Code("not-text")
        package static let invalidLine = Code("invalid-line")
        /// An option or directive that is not known.
        package static let unknownOption = Code("unknown-option")
        package static let invalidKey = Code("invalid-key")
        /// A binary revocation list that cannot be read.
        package static let invalidList = Code("invalid-list")
    }

    package let reason: Code
    package let file: String
    /// 1-based; nil of binary files.
    package let line: Int?
    /// 1-based, in Unicode scalars.
    package let column: Int?
    package let problem: String
    package let remedy: String?

    init(
        _ reason: Code, file: String, line: Int? = nil, column: Int? = nil, _ problem: String, remedy: String? = nil
    ) {
        self.reason = reason
        self.file = file
        self.line = line
        self.column = column
        self.problem = problem
        self.remedy = remedy
    }

    package var code: String { reason.rawValue }

    package var message: String {
        let place = [line, column].compactMap { $0.map { ":\($0)" } }.joined()
        return "\(VisibleText.line(file))\(place): \(problem)"
    }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
