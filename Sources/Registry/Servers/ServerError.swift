import Diagnostics

/// Why a tool server is of no use. Its message holds nothing that the server wrote: it goes to the agent.
package struct ServerError: Diagnostic, Equatable {
    /// What went wrong, stable.
    package struct Code: Hashable, Sendable {
        package let rawValue: String
        package init(_ rawValue: String) { self.rawValue = rawValue }

        /// The sandbox could not start it, or it ended before it had listed its tools.
        package static let notStarted = Code("server-not-started")
        /// It listed its tools too late, or wrongly.
        package static let badStart = Code("server-bad-start")
        /// Its tools are not those that were pinned.
        package static let changedTools = Code("server-changed-tools")
        /// It ended while a call was on its way.
        package static let ended = Code("server-ended")
        /// It broke the protocol, and was ended for it.
        package static let misbehaved = Code("server-misbehaved")
        /// It wrote more than it may, and was ended for it.
        package static let flooded = Code("server-flooded")
        /// It has failed too often in this run.
        package static let unstable = Code("server-unstable")
        /// Nobody waited for it any more.
        package static let cancelled = Code("cancelled")
        /// The run is over.
        package static let runOver = Code("run-over")
    }

    package let reason: Code
    package let message: String
    package let remedy: String?
    /// What a person should see, made fit to be shown: differences, what the server complained of.
    package let details: [String]

    package init(_ reason: Code, _ message: String, remedy: String? = nil, details: [String] = []) {
        self.reason = reason
        self.message = message
        self.remedy = remedy
        self.details = details
    }

    package var code: String { reason.rawValue }

    /// True if the words may depend on what a server did, were it only by its exit status: then they carry its labels.
    var isOfServersMaking: Bool { ![.changedTools, .unstable, .runOver].contains(reason) }

    /// The same with more for a person to see.
    func with(details more: [String]) -> ServerError {
        ServerError(reason, message, remedy: remedy, details: details + more)
    }

    package static func == (left: Self, right: Self) -> Bool { left.reason == right.reason }
}
