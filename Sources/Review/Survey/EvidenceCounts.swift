import Ledger
import LinuxIO
import StrictJSON

/// How many entries there are of what a standard asks about.
package struct EvidenceCounts: Sendable {
    package private(set) var entries = 0
    package private(set) var first: Timestamp?
    package private(set) var last: Timestamp?
    private var numbers: [Evidence: Int] = [:]
    private var sets: [Evidence: Set<String>] = [:]

    private static let mostNames = 100_000

    package subscript(evidence: Evidence) -> Int { sets[evidence]?.count ?? numbers[evidence] ?? 0 }

    private mutating func add(_ evidence: Evidence, _ number: Int = 1) { numbers[evidence, default: 0] += number }

    private mutating func add(_ evidence: Evidence, _ name: String?) {
        guard let name, sets[evidence]?.count ?? 0 < Self.mostNames else { return }
        sets[evidence, default: []].insert(name)
    }

    mutating func add(_ entry: JSON, at index: LedgerIndex, _ time: Timestamp?) {
        entries += 1
        first = first ?? time
        last = time ?? last
        switch entry["kind"]?.stringValue {
        case RunStartedEntry.kind:
            add(.runs)
            if entry["agent"]?.stringValue == "confined" { add(.confinedRuns) }
            add(.principals, entry["principal"]?.stringValue)
            add(.intents, entry["intentDigest"]?.stringValue)
        case DecidedEntry.kind: decide(entry)
        case DenialsEntry.kind:
            for count in entry["counts"]?.arrayValue ?? [] {
                add(.denied, Int(clamping: count["count"]?.integerValue ?? 0))
                add(.coalescedDenials, Int(clamping: count["count"]?.integerValue ?? 0))
            }
        case EndedEntry.kind: end(entry)
        case RegisteredEntry.kind:
            add(.registrations)
            if entry["previousDigest"] != nil { add(.changedTools) }
        case "approval-asked": add(.approvalsAsked)
        case "approval-answered": answer(entry)
        case "revoked": add(.revocations)
        case RecoveredEntry.kind: add(.recoveries)
        default: break
        }
    }

    private mutating func decide(_ entry: JSON) {
        let effect = entry["effect"]?.stringValue
        let code = entry["decision"]?["code"]?.stringValue
        if effect == DecidedEntry.allowed {
            add(.allowed)
            if entry["grants"] != nil { add(.grantedCalls) }
            if entry["profileDigest"] != nil { add(.confinedCalls) }
            if entry["approval"] != nil { add(.approvedCalls) }
        } else if effect == "deny" {
            add(.denied)
            if code?.contains("budget") == true || code == "too-many-calls" { add(.budgetDenials) }
            if code == "denied-by-rule" { add(.ruleDenials) }
            if code == "no-rule" || code == "unknown-tool" { add(.defaultDenials) }
            if code == "task-expired" { add(.expiredDenials) }
        }
        if !(entry["labels"]?.arrayValue ?? []).isEmpty { add(.labelledCalls) }
        if entry["server"] != nil { add(.serverCalls) }
        if entry["tool"]?.stringValue == "exec.run" && effect == DecidedEntry.allowed { add(.programRuns) }
        if entry["toolDigest"] != nil { add(.pinnedCalls) }
        add(.tools, entry["toolDigest"] == nil ? nil : entry["tool"]?.stringValue)
    }

    private mutating func end(_ entry: JSON) {
        let outcome = entry["outcome"]
        add(.ends)
        add(
            .violations,
            (outcome?["violations"]?.arrayValue?.count ?? 0) + Int(outcome?["violationsOmitted"]?.integerValue ?? 0))
        add(.publishedChanges, outcome?["changes"]?.arrayValue?.count ?? 0)
        if ["timeout", "memory limit", "output limit"].contains(outcome?["end"]?.stringValue) { add(.limitedCalls) }
        if outcome?["failure"]?["code"]?.stringValue == "changed-tools" { add(.changedServers) }
        if outcome?["end"]?.stringValue == "unknown" { add(.unknownEnds) }
    }

    private mutating func answer(_ entry: JSON) {
        // An answer that did not count, such as one with the wrong key.
        guard entry["verdict"]?.stringValue != "refused" else { return }
        add(.approvalsAnswered)
        if entry["verdict"]?.stringValue == "deny" { add(.approvalsRefused) }
        if entry["statement"] != nil { add(.signedApprovals) }
        if entry["breakGlass"]?.boolValue == true { add(.breakGlass) }
        add(.approvers, entry["approver"]?.stringValue)
    }
}

/// What can be counted in a ledger.
package enum Evidence: String, CaseIterable, Sendable {
    case runs
    case confinedRuns = "runs of a confined agent"
    case principals
    case intents = "versions of intents"
    case allowed = "calls allowed"
    case denied = "calls denied"
    case defaultDenials = "denials because no rule allows"
    case ruleDenials = "denials by a rule"
    case budgetDenials = "denials by a budget or a cap"
    case expiredDenials = "denials because the task expired"
    case coalescedDenials = "denials counted together"
    case grantedCalls = "calls with grants of their own"
    case confinedCalls = "calls in a sandbox"
    case labelledCalls = "calls decided with labels"
    case serverCalls = "calls of tool servers"
    case programRuns = "programs run by exec.run"
    case pinnedCalls = "calls of pinned tools"
    case tools = "tools called"
    case ends = "ends of calls"
    case unknownEnds = "calls whose end nobody knows"
    case violations
    case publishedChanges = "published changes"
    case limitedCalls = "calls stopped by a limit"
    case registrations
    case changedTools = "tools registered again after a change"
    case changedServers = "servers refused because their tools changed"
    case approvalsAsked = "approvals asked for"
    case approvalsAnswered = "approvals answered"
    case approvalsRefused = "approvals refused"
    case approvedCalls = "calls that went ahead with an approval"
    case signedApprovals = "signed approvals"
    case approvers
    case breakGlass = "break-glass approvals"
    case revocations
    case recoveries = "torn ends of the ledger cut off"

    /// As it stands in a report.
    package var words: String { rawValue }
}
