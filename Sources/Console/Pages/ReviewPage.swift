import LinuxIO
import Manifests
import Review
import Runs

/// What was granted against what was used: `agentbox review`.
enum ReviewPage {
    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .review)
        let review = try await visit.site.review.review(of: frame.record.version)
        return frame.page("Review") {
            HTML(.h1) { "Review" }
            if review.tasks.isEmpty {
                Parts.empty("There is nothing to review yet") {
                    HTML(.p) {
                        "When runs are on record, this says which rules they never used, and what would have been enough."
                    }
                }
            } else {
                summary(review)
                for task in review.tasks { self.task(task) }
                approvers(review.survey)
            }
        }
    }

    private static func summary(_ review: LedgerReview) -> HTML {
        let due = review.tasks.flatMap { $0.review?.findings ?? [] }.count(where: \.isDue)
        let narrower = review.tasks.count { $0.proposal != nil }
        return HTML(.p, .class("summary")) {
            if due > 0 {
                HTML(.strong, .class("bad")) { "\(Numbers.count(due, "thing")) \(due == 1 ? "is" : "are") due. " }
            } else {
                "Nothing is due. "
            }
            narrower > 0
                ? "For \(Numbers.count(narrower, "task")) a narrower intent would have been enough."
                : "What is granted is used."
        }
    }

    private static func task(_ task: ReviewedTask) -> HTML {
        let usage = task.usage
        return HTML(.section, .class("about")) {
            HTML(.h2) {
                "\(usage.task) "
                HTML(.span, .class("dim")) {
                    "\(Numbers.count(usage.runs, "run")), \(usage.allowed) allowed, \(usage.denied) denied"
                }
            }
            if let review = task.review {
                findings(review)
                rules(review)
            } else {
                HTML(.p, .class("dim")) {
                    "Its intent is not known: the manifest is another one by now, and was not kept."
                }
            }
            if let difference = task.difference, !difference.isEmpty {
                HTML(.details) {
                    HTML(.summary) { "What would have been enough: nothing in it is wider" }
                    Parts.diff(difference)
                    HTML(.p) {
                        "Write it to a file: "
                        HTML(.code) { "agentbox review \(usage.task) --output narrower.yaml" }
                    }
                }
            }
        }
    }

    private static func findings(_ review: IntentReview) -> HTML? {
        guard !review.findings.isEmpty else {
            return HTML(.p, .class("good")) { "✓ Nothing to do: what is granted is used." }
        }
        let order = review.findings.filter(\.isDue) + review.findings.filter { !$0.isDue }
        return HTML(.ul) {
            for finding in order {
                HTML(.li, .class(finding.isDue ? "bad" : "")) {
                    if let rule = finding.rule { HTML(.strong) { "Rule \(rule + 1): " } }
                    HTML.prose(finding.text, limit: 1000)
                    if let why = finding.whyNot {
                        HTML(.span, .class("dim")) { " (not proposed: " + HTML.prose(why, limit: 400) + ")" }
                    }
                    if let suggestion = finding.suggestion {
                        HTML(.pre) { HTML(.code) { HTML.block(suggestion, limit: 4000) } }
                    }
                }
            }
        }
    }

    private static func rules(_ review: IntentReview) -> HTML {
        HTML(.table) {
            HTML(.caption, .class("hidden")) { "Rules and their use" }
            HTML(.thead) {
                HTML(.tr) {
                    for title in ["Rule", "Says", "Used", "Approvals"] as [HTML] {
                        HTML(.th, .set(.scope, "col")) { title }
                    }
                }
            }
            HTML(.tbody) {
                for rule in review.intent.rules { row(rule, review.usage.rules[rule.index] ?? RuleUsage()) }
            }
        }
    }

    private static func row(_ rule: Intent.Rule, _ usage: RuleUsage) -> HTML {
        let tally = usage.approvals
        return HTML(.tr) {
            HTML(.td) { "\(rule.index + 1)" }
            HTML(.td) { HTML(.code) { "\(rule.effect.rawValue) \(rule.tool.text)" } }
            HTML(.td) {
                if usage.uses == 0 {
                    HTML(.span, .class("warn")) { "never" }
                } else {
                    "\(Numbers.count(usage.uses, rule.effect == .deny ? "call stopped" : "call", rule.effect == .deny ? "calls stopped" : nil))"
                }
            }
            HTML(.td) {
                if tally.asked > 0 {
                    "asked \(tally.asked): \(tally.allowed) yes, \(tally.denied) no, \(tally.unanswered) unanswered"
                }
            }
        }
    }

    private static func approvers(_ survey: Survey) -> HTML? {
        guard !survey.approvers.isEmpty else { return nil }
        return HTML(.section, .class("about")) {
            HTML(.h2) { "Who approved" }
            HTML(.ul, .class("plain")) {
                for (name, usage) in survey.approvers.sorted(by: { $0.key < $1.key }) {
                    HTML(.li) {
                        HTML(.strong) { "\(name)" }
                        ": \(usage.allowed) yes, \(usage.denied) no"
                        if usage.breakGlass > 0 {
                            HTML(.strong, .class("bad")) { ", \(usage.breakGlass) by breaking the glass" }
                        }
                        HTML(.span, .class("dim")) {
                            ", \((usage.methods.sorted() + usage.assurances.sorted()).joined(separator: " "))"
                        }
                    }
                }
            }
        }
    }
}
