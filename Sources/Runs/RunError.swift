import Diagnostics

/// What is wrong with a run that a person asks about.
package struct RunError: Diagnostic, Equatable {
    package let code = "run"
    package let message: String
    package let remedy: String?

    init(_ message: String, remedy: String? = nil) {
        self.message = message
        self.remedy = remedy
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
