import Ledger
import LinuxIO
import StrictJSON

/// What the ledger's entries come to, counted in one pass. Its size depends on how many intents, rules, tools and
/// approvers there are, not on how many calls.
package struct Survey: Sendable {
    /// By the digest of each intent's canonical form: every version is one of its own.
    package private(set) var intents: [String: IntentUsage] = [:]
    /// By name.
    package private(set) var tools: [String: ToolUsage] = [:]
    /// By `sha256:…` of the resolved profile.
    package private(set) var profiles: [String: ToolUsage] = [:]
    /// By name.
    package private(set) var approvers: [String: ApproverUsage] = [:]
    /// Approvals that went around the usual way, the newest last.
    package private(set) var breakGlass: [BreakGlassUse] = []
    package private(set) var counts = EvidenceCounts()
    /// Entries from then on are counted; nil for all.
    package let since: Timestamp?

    private var runs: [String: RunTally] = [:]
    private var asked: [RequestName: AskedApproval] = [:]

    package init(since: Timestamp? = nil) { self.since = since }

    private struct RequestName: Hashable {
        let run: String
        let request: String
    }

    private struct AskedApproval {
        let digest: String
        let rules: [Int]
        let tool: String?
        var isAllowed = false
    }

    /// Counts an entry.
    ///
    /// - Parameter arguments: Those of the call that the entry decides about; nil where they are not on record.
    package mutating func add(_ entry: JSON, at index: LedgerIndex, arguments: JSON? = nil) {
        let time = entry["time"]?.stringValue.flatMap { Timestamp($0) }
        if let since, let time, time < since { return }
        counts.add(entry, at: index, time)
        switch entry["kind"]?.stringValue {
        case RunStartedEntry.kind: begin(entry, time)
        case RunEndedEntry.kind: end(entry, time)
        case DecidedEntry.kind: decide(entry, time, arguments)
        case DenialsEntry.kind: countDenials(entry)
        case EndedEntry.kind: finish(entry)
        case "approval-asked": ask(entry)
        case "approval-answered": answer(entry, index, time)
        default: break
        }
    }

    // MARK: Runs

    private mutating func begin(_ entry: JSON, _ time: Timestamp?) {
        guard let run = entry["run"]?.stringValue else { return }
        usage(of: entry, time) { usage in
            usage.runs += 1
            usage.manifest = entry["manifest"]?.stringValue ?? usage.manifest
            usage.workspace = entry["workspace"]?.stringValue ?? usage.workspace
        }
        runs[run] = RunTally(started: time)
    }

    private mutating func end(_ entry: JSON, _ time: Timestamp?) {
        usage(of: entry, time) { $0.countModels(entry["outcome"]) }
        guard let run = entry["run"]?.stringValue, let tally = runs.removeValue(forKey: run) else { return }
        guard let started = tally.started, let time else { return }
        usage(of: entry, time) { usage in
            let milliseconds = time.millisecondsSince1970 - started.millisecondsSince1970
            usage.longestRun = max(usage.longestRun, .milliseconds(max(0, milliseconds)))
        }
    }

    // MARK: Calls

    private mutating func decide(_ entry: JSON, _ time: Timestamp?, _ arguments: JSON?) {
        guard let run = entry["run"]?.stringValue, let tool = entry["tool"]?.stringValue,
            let effect = entry["effect"]?.stringValue
        else { return }
        let isAllowed = effect == DecidedEntry.allowed
        if effect != "approve" { countTool(tool, entry, time, isAllowed: isAllowed) }
        let matched = (entry["decision"]?["rules"]?.arrayValue ?? []).filter { $0["matched"]?.boolValue == true }
        let isApproved = entry["approval"] != nil
        let wanted: Set<String> = isAllowed ? (isApproved ? ["approve", "allow"] : ["allow"]) : ["deny"]
        if isAllowed { runs[run, default: RunTally()].calls += 1 }
        let calls = runs[run]?.calls ?? 0
        var inRun: [Int: Int] = [:]
        for rule in matched where wanted.contains(rule["effect"]?.stringValue ?? "") {
            guard let index = rule["index"]?.integerValue.flatMap({ Int(exactly: $0) }) else { continue }
            runs[run, default: RunTally()].rules[index, default: 0] += 1
            inRun[index] = runs[run]?.rules[index]
        }
        usage(of: entry, time) { usage in
            if isAllowed {
                usage.allowed += 1
                usage.mostCalls = max(usage.mostCalls, calls)
                usage.remember(tool, arguments)
            } else if effect == "deny" {
                usage.denied += 1
            }
            for (index, count) in inRun {
                usage.rules[index, default: RuleUsage()].use(tool, arguments, at: time, inRun: count)
            }
        }
    }

    private mutating func countTool(_ tool: String, _ entry: JSON, _ time: Timestamp?, isAllowed: Bool) {
        // A call of something that there is not names whatever the agent likes.
        guard let digest = entry["toolDigest"]?.stringValue else { return }
        tools[tool, default: ToolUsage()].count(isAllowed: isAllowed, at: time)
        tools[tool]?.digests.insert(digest)
        if let profile = entry["profileDigest"]?.stringValue {
            profiles[profile, default: ToolUsage()].count(isAllowed: isAllowed, at: time)
            profiles[profile]?.tools.insert(tool)
            tools[tool]?.profiles.insert(profile)
        }
    }

    private mutating func finish(_ entry: JSON) {
        guard let tool = entry["tool"]?.stringValue else { return }
        let outcome = entry["outcome"]
        let violations =
            (outcome?["violations"]?.arrayValue?.count ?? 0) + Int(outcome?["violationsOmitted"]?.integerValue ?? 0)
        let hasFailed = outcome?["status"]?.stringValue != "succeeded"
        tools[tool]?.end(hasFailed: hasFailed, violations: violations)
        for profile in tools[tool]?.profiles ?? [] {
            profiles[profile]?.end(hasFailed: hasFailed, violations: violations)
        }
    }

    private mutating func countDenials(_ entry: JSON) {
        usage(of: entry, nil) { usage in
            for count in entry["counts"]?.arrayValue ?? [] {
                let number = Int(clamping: count["count"]?.integerValue ?? 0)
                usage.denied &+= number
                // Of a denial that a rule has made, it is among the rules that it rests on.
                guard count["code"]?.stringValue == "denied-by-rule" else { continue }
                for rule in count["rules"]?.arrayValue ?? [] {
                    guard let index = rule.integerValue.flatMap({ Int(exactly: $0) }) else { continue }
                    usage.rules[index, default: RuleUsage()].uses &+= number
                }
            }
        }
    }

    // MARK: Approvals

    private static let mostAsked = 100_000

    private mutating func ask(_ entry: JSON) {
        guard let run = entry["run"]?.stringValue, let request = entry["request"]?.stringValue,
            let digest = entry["intentDigest"]?.stringValue
        else { return }
        let rules = (entry["rules"]?.arrayValue ?? []).compactMap { $0.integerValue.flatMap { Int(exactly: $0) } }
        // What is never answered must not be held for ever.
        if asked.count >= Self.mostAsked { asked.removeAll() }
        asked[RequestName(run: run, request: request)] = AskedApproval(
            digest: digest, rules: rules, tool: entry["tool"]?.stringValue)
        for rule in rules { intents[digest]?.rules[rule, default: RuleUsage()].approvals.asked += 1 }
    }

    private mutating func answer(_ entry: JSON, _ index: LedgerIndex, _ time: Timestamp?) {
        let verdict = entry["verdict"]?.stringValue ?? ""
        // An answer that did not count; the question goes on waiting.
        guard verdict != "refused" else { return }
        let isBreakGlass = entry["breakGlass"]?.boolValue == true
        var tool = entry["tool"]?.stringValue
        if let run = entry["run"]?.stringValue, let request = entry["request"]?.stringValue {
            let name = RequestName(run: run, request: request)
            if let question = asked[name] {
                tool = tool ?? question.tool
                // Of a quorum's answers the first says yes to the question.
                for rule in question.rules where verdict != "allow" || !question.isAllowed {
                    intents[question.digest]?.rules[rule, default: RuleUsage()].approvals.count(verdict)
                }
                // A quorum needs more answers than one; whatever ends the request comes with no approver.
                if verdict == "allow" { asked[name]?.isAllowed = true } else { asked[name] = nil }
            }
        }
        guard let approver = entry["approver"]?.stringValue else { return }
        approvers[approver, default: ApproverUsage()].count(entry, verdict, time)
        guard isBreakGlass else { return }
        if breakGlass.count >= BreakGlassUse.most { breakGlass.removeFirst() }
        breakGlass.append(
            BreakGlassUse(
                index: index, time: time, approver: approver, tool: tool, task: entry["task"]?.stringValue,
                intentDigest: entry["intentDigest"]?.stringValue, reason: entry["reason"]?.stringValue))
    }

    private mutating func usage(of entry: JSON, _ time: Timestamp?, _ change: (inout IntentUsage) -> Void) {
        guard let digest = entry["intentDigest"]?.stringValue else { return }
        var usage =
            intents[digest]
            ?? IntentUsage(digest: digest, task: entry["task"]?.stringValue ?? "", first: time)
        if let principal = entry["principal"]?.stringValue { usage.principals.insert(principal) }
        usage.last = time ?? usage.last
        change(&usage)
        intents[digest] = usage
    }

    /// What is known of a run that has not ended.
    private struct RunTally {
        var started: Timestamp?
        var calls = 0
        var rules: [Int: Int] = [:]
    }
}
