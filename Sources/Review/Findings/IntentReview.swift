import Diagnostics
import LinuxIO
import Manifests
import Policy
import Replay
import StrictJSON

/// One version of an intent against how it was used.
package struct IntentReview: Sendable {
    package let intent: Intent
    package let usage: IntentUsage
    package let findings: [Finding]
    /// The intent that would have been enough, in canonical form; nil if nothing narrower is proposed.
    package let tightened: JSON?

    /// - Parameters:
    ///   - tools: Those that the intent's rules may mean; without them nothing can be compared, and nothing is proposed.
    ///   - breakGlass: The approvals of that kind in the time that is looked at.
    package init(
        _ intent: Intent, _ usage: IntentUsage, tools: ReplayTools, breakGlass: [BreakGlassUse], now: Timestamp
    ) {
        self.intent = intent
        self.usage = usage
        var findings = Self.dates(intent, now)
        findings += breakGlass.filter { $0.intentDigest == usage.digest }.map(Self.finding)
        findings += ModelReview(intent, usage).findings
        if usage.runs == 0 {
            findings.append(Finding(.neverRan, "no run of this version is on record: nothing can be said of its rules"))
        } else {
            let forms = intent.canonicalJSON()["rules"]?.arrayValue ?? []
            for (rule, form) in zip(intent.rules, forms) {
                findings += RuleReview(rule, form, usage.rules[rule.index] ?? RuleUsage(), of: usage, tools).findings
            }
            findings += TaskReview(intent, usage).findings
        }
        let tightening = Tightening(intent, usage, tools)
        tightened = tightening.apply(&findings)
        self.findings = findings
    }

    // MARK: Dates

    private static func dates(_ intent: Intent, _ now: Timestamp) -> [Finding] {
        guard let day = intent.reviewBy else {
            return [Finding(.noReviewDate, "it has no `reviewBy`: nobody will be reminded to look at it again")]
        }
        let left = day.secondsSince1970 - now.millisecondsSince1970 / 1000
        if left <= 0 {
            let text =
                "its review was due on \(day): what it allows needs an approval until a person has looked at it and "
                + "written a later `reviewBy`"
            return [Finding(.reviewDue, text)]
        }
        guard left <= Review.noticeDays * 86_400 else { return [] }
        let days = left / 86_400
        return [Finding(.reviewSoon, "its review is due on \(day), in \(days) day\(days == 1 ? "" : "s")")]
    }

    private static func finding(_ use: BreakGlassUse) -> Finding {
        let tool = VisibleText.quoted(use.tool ?? "a call")
        let reason = use.reason.map { ": \(VisibleText.line($0, limit: 200))" } ?? ", without a reason"
        return Finding(
            .breakGlass,
            "\(VisibleText.line(use.approver, limit: 80)) approved \(tool) by break-glass (entry \(use.index))\(reason)"
        )
    }
}
