import Manifests
import StrictJSON

/// What the task as a whole was given, against what its runs came to.
struct TaskReview {
    let findings: [Finding]

    init(_ intent: Intent, _ usage: IntentUsage) {
        var findings: [Finding] = []
        // One run that did little shows nothing.
        guard usage.runs >= Review.enoughUses else {
            self.findings = []
            return
        }
        if let calls = intent.budget.calls, let bound = Bounds.narrower(Int64(calls), used: Int64(usage.mostCalls)) {
            findings.append(
                Finding(
                    .budgetLargerThanUsed,
                    "its budget is \(calls) calls, and no run of \(usage.runs) made more than \(usage.mostCalls)",
                    edit: .budget("calls", .integer(bound))))
        }
        if let time = intent.budget.time, let bound = Bounds.narrower(time, used: usage.longestRun) {
            findings.append(
                Finding(
                    .budgetLargerThanUsed,
                    "its budget is \(time.text), and no run of \(usage.runs) took longer than "
                        + Bounds.words(usage.longestRun), edit: .budget("time", .string(bound.text))))
        }
        if case .after(let time)? = intent.expires, let bound = Bounds.narrower(time, used: usage.longestRun) {
            findings.append(
                Finding(
                    .budgetLargerThanUsed,
                    "a run expires after \(time.text), and none of \(usage.runs) took longer than "
                        + Bounds.words(usage.longestRun), edit: .member("expires", .string(bound.text))))
        }
        self.findings = findings
    }
}

/// Bounds with room above what was used.
enum Bounds {
    /// Nil if the bound is near enough to what was used.
    static func narrower(_ bound: Int64, used: Int64) -> Int64? {
        let used = max(used, 1)
        let (far, isFar) = used.multipliedReportingOverflow(by: Review.farTimes)
        guard !isFar, bound >= far else { return nil }
        return used * Review.roomTimes
    }

    /// In whole minutes.
    static func narrower(_ bound: Duration, used: Duration) -> Duration? {
        let minutes = max(1, (used.components.seconds + 59) / 60)
        return narrower(bound.components.seconds / 60, used: minutes).map { .seconds($0 * 60) }
    }

    static func words(_ time: Duration) -> String {
        time < .seconds(60)
            ? Duration.seconds(time.components.seconds + 1).text : "\((time.components.seconds + 59) / 60)m"
    }
}
