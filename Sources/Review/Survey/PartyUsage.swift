import Ledger
import LinuxIO
import StrictJSON

/// How a tool or a profile was used.
package struct ToolUsage: Sendable {
    package var allowed = 0
    package var denied = 0
    package var failed = 0
    package var violations = 0
    package var last: Timestamp?
    /// Of a profile: the tools that ran under it.
    package var tools: Set<String> = []
    /// Of a tool: the profiles that it ran under, and its versions.
    package var profiles: Set<String> = []
    package var digests: Set<String> = []

    mutating func count(isAllowed: Bool, at time: Timestamp?) {
        if isAllowed { allowed += 1 } else { denied += 1 }
        last = time ?? last
    }

    mutating func end(hasFailed: Bool, violations: Int) {
        if hasFailed { failed += 1 }
        self.violations += violations
    }
}

/// What somebody answered to requests for approval.
package struct ApproverUsage: Sendable {
    package var allowed = 0
    package var denied = 0
    package var breakGlass = 0
    package var methods: Set<String> = []
    package var assurances: Set<String> = []
    package var last: Timestamp?

    mutating func count(_ entry: JSON, _ verdict: String, _ time: Timestamp?) {
        if verdict == "allow" { allowed += 1 } else if verdict == "deny" { denied += 1 }
        if entry["breakGlass"]?.boolValue == true { breakGlass += 1 }
        if let method = entry["method"]?.stringValue { methods.insert(method) }
        if let assurance = entry["assurance"]?.stringValue { assurances.insert(assurance) }
        last = time ?? last
    }
}

/// An approval in an emergency, around who should have been asked.
package struct BreakGlassUse: Sendable {
    package let index: LedgerIndex
    package let time: Timestamp?
    package let approver: String
    package let tool: String?
    package let task: String?
    package let intentDigest: String?
    package let reason: String?

    static let most = 1000
}
