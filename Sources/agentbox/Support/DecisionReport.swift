import Diagnostics
import Policy

/// A decision for a person: the effect, why, and every rule with what became of it.
struct DecisionReport {
    private let decision: Decision

    init(_ decision: Decision) { self.decision = decision }

    /// - Parameter indent: Of all lines.
    func lines(indent: Int = 0) -> [String] {
        let lead = String(repeating: " ", count: indent)
        let style: Terminal.Style = decision.effect == .allow ? .green : .red
        var lines = Terminal.prose(
            lead + Terminal.styled(decision.effect.rawValue, .bold, style) + ": " + VisibleText.line(decision.reason))
        var table = Table()
        for rule in decision.rules {
            table.add(
                lead + "  line \(rule.line)", "\(rule.effect.rawValue) \(rule.tool.text)", Self.word(rule.outcome),
                VisibleText.line(rule.why))
        }
        lines += table.lines(within: Terminal.tableWidth) { text, row, column in
            guard column == 2 else { return text }
            return decision.rules[row].outcome == .notMatched ? Terminal.styled(text, .dim) : text
        }
        return lines
    }

    private static func word(_ outcome: RuleReport.Outcome) -> String {
        switch outcome {
        case .matched: "matched"
        case .notMatched: "not matched"
        case .budgetUsedUp: "used up"
        case .error: "error"
        }
    }
}
