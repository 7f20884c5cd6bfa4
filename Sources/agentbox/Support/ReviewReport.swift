import Diagnostics
import LinuxIO
import Manifests
import Review
import Runs
import StrictJSON

/// A review for a person: what each task was granted and what of it was used, what is due first.
struct ReviewReport {
    private let review: LedgerReview

    init(_ review: LedgerReview) { self.review = review }

    var lines: [String] {
        guard !review.tasks.isEmpty else { return ["nothing is on record in this time"] }
        var lines: [String] = []
        for task in review.tasks {
            if !lines.isEmpty { lines.append("") }
            lines += Self.lines(of: task)
        }
        return lines + parties
    }

    // MARK: Tasks

    private static func lines(of task: ReviewedTask) -> [String] {
        let usage = task.usage
        var lines = Terminal.prose(Terminal.styled(VisibleText.line(usage.task), .bold) + "  " + summary(usage))
        if let manifest = task.manifest { lines += Terminal.prose("  manifest \(VisibleText.line(manifest))") }
        if task.otherVersions > 0 {
            lines += Terminal.prose(
                "  \(task.otherVersions) other version\(task.otherVersions == 1 ? "" : "s") of it on record, not counted here"
            )
        }
        guard let review = task.review else {
            return lines
                + Terminal.prose(
                    "  its intent is not known: the manifest is another one by now, and was not kept; name it to review "
                        + "it")
        }
        lines += rules(review)
        let due = review.findings.filter(\.isDue)
        let rest = review.findings.filter { !$0.isDue }
        lines += due.flatMap { wrapped("! " + text($0), .red) }
        lines += rest.flatMap { finding in
            wrapped("- " + text(finding), nil)
                + (finding.whyNot.map { wrapped("  not proposed: \($0)", .dim) } ?? [])
                + (finding.suggestion.map { suggestion in
                    suggestion.split(separator: "\n").map { "      \(VisibleText.line(String($0)))" }
                } ?? [])
        }
        if let difference = task.difference, !difference.isEmpty {
            lines.append("  proposed, nothing wider:")
            lines += VisibleText.block(difference).split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .map { coloured(String($0)) }
        } else if due.isEmpty && rest.isEmpty {
            lines.append("  nothing to do: what is granted is used")
        }
        return lines
    }

    private static func summary(_ usage: IntentUsage) -> String {
        let runs = Counted.text(usage.runs, "run")
        let span = usage.first.flatMap { first in
            usage.last.map { first.day == $0.day ? first.day : "\(first.day) to \($0.day)" }
        }
        return ([runs, "\(usage.allowed) allowed", "\(usage.denied) denied"] + [span].compactMap(\.self)).joined(
            separator: ", ")
    }

    private static func rules(_ review: IntentReview) -> [String] {
        var table = Table()
        for rule in review.intent.rules {
            let usage = review.usage.rules[rule.index] ?? RuleUsage()
            let count =
                usage.uses == 0
                ? "never" : rule.effect == .deny ? "\(usage.uses) stopped" : Counted.text(usage.uses, "call")
            var more: [String] = []
            if usage.approvals.asked > 0 {
                let tally = usage.approvals
                more.append(
                    "asked \(tally.asked): \(tally.allowed) yes, \(tally.denied) no, \(tally.unanswered) unanswered")
            }
            if let last = usage.last { more.append("last \(last.day)") }
            table.add(
                "  \(rule.index + 1)", "\(rule.effect.rawValue) \(VisibleText.line(rule.tool.text))", count,
                more.joined(separator: ", "))
        }
        return table.lines(within: Terminal.tableWidth)
    }

    private static func text(_ finding: Finding) -> String {
        (finding.rule.map { "rule \($0 + 1): " } ?? "") + VisibleText.line(finding.text)
    }

    private static func wrapped(_ text: String, _ style: Terminal.Style?) -> [String] {
        TextWrap.lines(text, within: Terminal.tableWidth - 4).enumerated().map { number, line in
            let indented = (number == 0 ? "  " : "    ") + line
            return style.map { Terminal.styled(indented, $0) } ?? indented
        }
    }

    private static func coloured(_ line: String) -> String {
        switch line.first {
        case "+": Terminal.styled(line, .green)
        case "-": Terminal.styled(line, .red)
        default: line
        }
    }

    // MARK: Tools, profiles, approvers

    private var parties: [String] {
        var lines: [String] = []
        func add(_ title: String, _ table: Table) {
            lines += ["", Terminal.styled(title, .bold)] + table.lines(within: Terminal.tableWidth)
        }
        if !review.survey.tools.isEmpty {
            var table = Table()
            for (name, usage) in review.survey.tools.sorted(by: { $0.key < $1.key }) {
                table.add("  \(VisibleText.line(name))", Self.words(usage), usage.last?.day ?? "")
            }
            add("tools", table)
        }
        if !review.survey.profiles.isEmpty {
            var table = Table()
            for (digest, usage) in review.survey.profiles.sorted(by: { $0.key < $1.key }) {
                let tools = usage.tools.sorted().prefix(6).map { VisibleText.line($0) }.joined(separator: ", ")
                let name = review.profileNames[digest].map { VisibleText.line($0) } ?? "\(digest.prefix(19))…"
                table.add("  \(name)", Self.words(usage), tools)
            }
            add("profiles", table)
        }
        if !review.survey.approvers.isEmpty {
            var table = Table()
            for (name, usage) in review.survey.approvers.sorted(by: { $0.key < $1.key }) {
                table.add(
                    "  \(VisibleText.line(name))", "\(usage.allowed) yes, \(usage.denied) no",
                    usage.breakGlass > 0 ? "\(usage.breakGlass) by break-glass" : "",
                    (usage.methods.sorted() + usage.assurances.sorted()).map { VisibleText.line($0) }.joined(
                        separator: " "))
            }
            add("approvers", table)
        }
        return lines
    }

    private static func words(_ usage: ToolUsage) -> String {
        var words = ["\(usage.allowed) allowed", "\(usage.denied) denied"]
        if usage.failed > 0 { words.append("\(usage.failed) failed") }
        if usage.violations > 0 { words.append(Counted.text(usage.violations, "violation")) }
        return words.joined(separator: ", ")
    }

    // MARK: JSON

    var json: JSON {
        var object: JSONObject = [
            "due": .bool(review.isDue), "tasks": .array(review.tasks.map(Self.json)),
            "tools": Self.json(review.survey.tools), "profiles": Self.json(review.survey.profiles),
            "profileNames": .object(
                review.profileNames.sorted { $0.key < $1.key }
                    .reduce(into: JSONObject()) { $0[$1.key] = .string($1.value) }),
            "approvers": .object(
                review.survey.approvers.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, item in
                    object[item.key] = [
                        "allowed": .integer(Int64(item.value.allowed)), "denied": .integer(Int64(item.value.denied)),
                        "breakGlass": .integer(Int64(item.value.breakGlass)),
                        "methods": .array(item.value.methods.sorted().map(JSON.string)),
                        "assurances": .array(item.value.assurances.sorted().map(JSON.string)),
                    ]
                }),
        ]
        object["damage"] = review.damage.map { .string($0.message) }
        return .object(object)
    }

    private static func json(_ parties: [String: ToolUsage]) -> JSON {
        .object(
            parties.sorted { $0.key < $1.key }.reduce(into: JSONObject()) { object, item in
                var value: JSONObject = [
                    "allowed": .integer(Int64(item.value.allowed)), "denied": .integer(Int64(item.value.denied)),
                    "failed": .integer(Int64(item.value.failed)), "violations": .integer(Int64(item.value.violations)),
                ]
                value["last"] = item.value.last.map { .string($0.description) }
                if !item.value.tools.isEmpty { value["tools"] = .array(item.value.tools.sorted().map(JSON.string)) }
                object[item.key] = .object(value)
            })
    }

    private static func json(_ task: ReviewedTask) -> JSON {
        let usage = task.usage
        var object: JSONObject = [
            "task": .string(usage.task), "intentDigest": .string(usage.digest), "runs": .integer(Int64(usage.runs)),
            "allowed": .integer(Int64(usage.allowed)), "denied": .integer(Int64(usage.denied)),
            "mostCalls": .integer(Int64(usage.mostCalls)), "otherVersions": .integer(Int64(task.otherVersions)),
            "principals": .array(usage.principals.sorted().map(JSON.string)),
            "findings": .array((task.review?.findings ?? []).map(\.json)),
            "rules": .array((task.review?.intent.rules ?? []).map { json($0, usage.rules[$0.index] ?? RuleUsage()) }),
            "isKnown": .bool(task.review != nil),
        ]
        object["manifest"] = task.manifest.map(JSON.string)
        object["first"] = usage.first.map { .string($0.description) }
        object["last"] = usage.last.map { .string($0.description) }
        object["proposal"] = task.proposal.map(JSON.string)
        object["diff"] = task.difference.map(JSON.string)
        return .object(object)
    }

    private static func json(_ rule: Intent.Rule, _ usage: RuleUsage) -> JSON {
        var object: JSONObject = [
            "rule": .integer(Int64(rule.index + 1)), "effect": .string(rule.effect.rawValue),
            "tool": .string(rule.tool.text), "uses": .integer(Int64(usage.uses)),
            "mostInRun": .integer(Int64(usage.mostInRun)),
        ]
        object["last"] = usage.last.map { .string($0.description) }
        if usage.approvals.asked > 0 || usage.approvals.answered > 0 {
            object["approvals"] = [
                "asked": .integer(Int64(usage.approvals.asked)), "allowed": .integer(Int64(usage.approvals.allowed)),
                "denied": .integer(Int64(usage.approvals.denied)),
                "unanswered": .integer(Int64(usage.approvals.unanswered)),
            ]
        }
        return .object(object)
    }
}
