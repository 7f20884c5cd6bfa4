import Diagnostics
import Runs

/// What is said when a run has ended.
struct SummaryReport {
    private let summary: RunSummary

    init(_ summary: RunSummary) { self.summary = summary }

    var lines: [String] {
        var lines = [
            "",
            styled("agentbox: run \(summary.run) ended", .bold)
                + ": \(summary.end); \(Counted.text(summary.allowed, "call")) allowed, \(summary.denied) denied",
        ]
        if summary.changes.isEmpty {
            lines.append("  nothing in the workspace changed")
        } else {
            lines.append("  changed in the workspace:")
            // What git keeps for itself would hide the files that a person knows.
            let isGits = { (path: String) in path.hasPrefix(".git/") }
            let files = summary.changes.filter { !isGits($0.path) && $0.entry != .directory }
            for change in files.prefix(20) {
                lines.append("    \(change.kind.rawValue)  \(VisibleText.line(change.path))")
            }
            if files.count > 20 { lines.append("    and \(files.count - 20) more") }
            let inGit = summary.changes.count { isGits($0.path) }
            if inGit > 0 { lines.append("    and \(Counted.text(inGit, "name")) in .git: see `git log`") }
            lines.append("  see it: agentbox changes show      take it back: agentbox changes undo")
        }
        if let models = summary.models {
            lines += models.uses.map { "  the agent itself \($0.text)" }
            lines += models.uses.flatMap(\.refusals).map { "  the agent itself was refused: \(VisibleText.line($0))" }
            if !models.isComplete { lines.append("  and more, which is not known: the egress broker died") }
        }
        let reviewed = summary.changes.filter { $0.review != nil }
        if !reviewed.isEmpty {
            lines.append(styled("  look at these before you use them, your machine may execute them:", .yellow))
            for change in reviewed.prefix(20) {
                lines.append("    \(VisibleText.line(change.path)): \(change.review ?? "")")
            }
        }
        lines.append("  record: agentbox audit log")
        return lines
    }

    private func styled(_ text: String, _ style: Terminal.Style) -> String {
        Terminal.styled(text, style, enabled: Terminal.isErrorColoured)
    }
}
