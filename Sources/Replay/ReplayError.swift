import Diagnostics

/// Why a trace or a list of tools cannot be replayed.
package struct ReplayError: Diagnostic, Equatable {
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// A file cannot be read.
        package static let unreadable = Self(rawValue: "unreadable")
        /// A line of a trace is not a recorded call.
        package static let badCall = Self(rawValue: "bad-call")
        /// A file of tools holds something that is no tool.
        package static let badTool = Self(rawValue: "bad-tool")
        /// Two tools have one name.
        package static let duplicateTool = Self(rawValue: "duplicate-tool")
        /// There is nothing that an intent could be proposed from.
        package static let nothingSeen = Self(rawValue: "nothing-seen")
        /// What was proposed does not do what it was proposed for.
        package static let badProposal = Self(rawValue: "bad-proposal")
    }

    let identity: Code
    package let message: String
    package let remedy: String?

    package var code: String { identity.rawValue }

    init(_ code: Code, _ message: String, remedy: String? = nil) {
        identity = code
        self.message = message
        self.remedy = remedy
    }

    package static func == (left: Self, right: Self) -> Bool { left.identity == right.identity }
}
