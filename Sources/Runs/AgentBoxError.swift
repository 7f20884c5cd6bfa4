import Diagnostics

/// Why an agent could not be put into its box.
package struct AgentBoxError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    /// The command names a program that is not there, or that the box does not show.
    package static let programNotFound = "program-not-found"

    /// The task was over before its agent was started.
    package static let taskOver = "task-over"

    init(_ message: String, code: String = "agent-box", remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }
}
