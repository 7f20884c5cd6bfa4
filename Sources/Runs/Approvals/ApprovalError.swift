import Diagnostics
import Registry

/// Why an answer could not be given at all. What the asking process makes of one is an `AnswerOutcome`.
package struct ApprovalError: Diagnostic, Equatable {
    package let code: String
    package let message: String
    package let remedy: String?

    package init(_ code: String, _ message: String, remedy: String? = nil) {
        self.code = code
        self.message = message
        self.remedy = remedy
    }

    package static func == (left: Self, right: Self) -> Bool { left.code == right.code }

    static func unknown(_ id: String) -> ApprovalError {
        ApprovalError(
            "unknown-request", "there is no request \(VisibleText.quoted(id))",
            remedy:
                "`agentbox approve list` shows those that wait, with --all also those of the last month that are over: "
                + "answered, expired, or given up")
    }

    static func unknownRun(_ run: String) -> ApprovalError {
        ApprovalError(
            "unknown-run", "no run \(VisibleText.quoted(run)) is going on",
            remedy: "`agentbox approve list` names the runs that ask")
    }

    /// The code of `over`: an answer that comes too late counts for nothing, and is no fault of agentbox's.
    package static let requestOver = "request-over"

    static func over(_ record: ApprovalRecord) -> ApprovalError {
        let what =
            switch record.state {
            case .pending: "it waits"
            case .consumed: "it was approved, and its call has gone ahead"
            case .denied: "it was denied"
            case .expired: "nobody answered in time"
            case .cancelled: "the agent gave the call up"
            case .void: "it was taken back, or its agentbox has died"
            }
        return ApprovalError(requestOver, "request `\(record.id)` is over: \(what)")
    }

    static func notOffered(_ id: String) -> ApprovalError {
        ApprovalError("not-offered", "request \(VisibleText.quoted(id)) cannot be answered so")
    }

    static func unread(_ run: String) -> ApprovalError {
        ApprovalError(
            "unread", "the agentbox of run `\(run)` did not look at the answer",
            remedy: "see whether it still runs: agentbox approve list")
    }

    static func unreachable(_ path: String, _ why: String) -> ApprovalError {
        ApprovalError(
            "unreachable", "the agentbox that asks cannot be reached at `\(path)`: \(why)",
            remedy: "answer as the user who started the run; see whether it still runs: agentbox approve list")
    }
}
