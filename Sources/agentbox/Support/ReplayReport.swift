import Diagnostics
import Manifests
import Replay

/// A replayed trace for a person: a line a call, and what came of it all.
enum ReplayReport {
    static func line(_ replayed: ReplayedCall) -> String {
        let effect = replayed.decision.effect
        let style: Terminal.Style = effect == .allow ? .green : effect == .approve ? .yellow : .red
        var line = "\(padded(String(replayed.index), -5))  \(Terminal.styled(padded(effect.rawValue, 7), style))  "
        line += "\(VisibleText.line(replayed.call.tool, limit: 128)): \(VisibleText.line(replayed.decision.reason))"
        if let expected = replayed.call.expected, replayed.differs {
            line += Terminal.styled("  (expected: \(expected.rawValue))", .bold, .red)
        }
        return line
    }

    static func lines(_ summary: ReplaySummary) -> [String] {
        var lines = [
            "\(Counted.text(summary.calls, "call")): \(summary.allowed) allowed, "
                + "\(summary.approvals) \(summary.approvals == 1 ? "needs" : "need") an approval, "
                + "\(summary.denied) denied"
        ]
        if summary.attacks > 0 { lines.append("\(summary.attacksAhead) of \(summary.attacks) attack calls went ahead") }
        if summary.expected > 0 {
            lines.append("\(summary.different) of \(summary.expected) decisions differ from what was expected")
        }
        for (name, line) in summary.unread {
            lines.append("the member \(VisibleText.quoted(name)) is not read (first on line \(line))")
        }
        return lines
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        let spaces = String(repeating: " ", count: max(0, abs(width) - text.count))
        return width < 0 ? spaces + text : text + spaces
    }
}
