import Diagnostics
import Manifests
import Policy

/// A comparison for a person: a line a tool, and beneath it the rules that differ and calls that show it.
struct ComparisonReport {
    private let comparison: IntentComparison

    init(_ comparison: IntentComparison) { self.comparison = comparison }

    var lines: [String] {
        var lines = [Self.styled(comparison.relation, bold: true)]
        var table = Table()
        let tools = comparison.tools.filter { $0.relation != .equal }
        table.add("  the task", comparison.task.relation.rawValue)
        for tool in comparison.tools { table.add("  \(tool.tool)", tool.relation.rawValue) }
        lines += table.lines()
        for change in comparison.task.changes {
            lines.append("  \(change.relation.rawValue): \(VisibleText.line(change.text))")
        }
        for tool in tools { lines += Self.lines(of: tool) }
        return lines
    }

    private static func lines(of tool: ToolComparison) -> [String] {
        var lines = ["", "\(tool.tool): " + styled(tool.relation, bold: false)]
        lines += tool.removed.prefix(maximumRules).map { "  - \(VisibleText.line($0))" }
        lines += tool.added.prefix(maximumRules).map { "  + \(VisibleText.line($0))" }
        let more = max(0, tool.removed.count - maximumRules) + max(0, tool.added.count - maximumRules)
        if more > 0 { lines.append("  and \(more) more rules") }
        if let gained = tool.gained {
            lines.append("  now \(word(gained.after)), before \(word(gained.before)): \(gained.words)")
        }
        if let lost = tool.lost {
            lines.append("  now \(word(lost.after)), before \(word(lost.before)): \(lost.words)")
        }
        if let doubt = tool.doubt { lines.append("  unknown \(VisibleText.line(doubt))") }
        return lines
    }

    private static let maximumRules = 20

    private static func word(_ effect: Intent.Effect) -> String {
        switch effect {
        case .allow: "allowed"
        case .approve: "only with an approval"
        case .deny: "denied"
        }
    }

    private static func styled(_ relation: Relation, bold: Bool) -> String {
        let style: Terminal.Style = relation.isSafe ? .green : .red
        return bold ? Terminal.styled(relation.rawValue, .bold, style) : Terminal.styled(relation.rawValue, style)
    }
}
