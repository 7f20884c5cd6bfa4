import Diagnostics
import Ledger
import Runs
import StrictJSON

/// A run's history for somebody who has never seen one: who, for whom, and a line a call.
struct RunReport {
    private let history: RunHistory

    init(_ history: RunHistory) { self.history = history }

    var lines: [String] { header + [""] + calls + [""] + summary }

    private var header: [String] {
        let context = history.context
        let agent = context.agent.name ?? "an agent"
        let box =
            context.agent.confinement == .confined
            ? "in a box of its own" : Terminal.styled("not confined: it ran as the user", .yellow)
        var lines = [
            Terminal.styled("run \(context.run)", .bold),
            "  task       \(shown(context.task)), for \(shown(context.principal))",
            "  agent      \(shown(agent)), \(box)",
        ]
        if let workspace = history.workspace { lines.append("  workspace  \(shown(workspace))") }
        lines.append("  started    \(history.started)")
        return lines
    }

    private var calls: [String] {
        guard !history.calls.isEmpty else { return ["  no calls"] }
        var table = Table()
        for call in history.calls {
            let verdict = CallVerdict(call)
            table.add(
                "  \(call.index)", clock(call.decided.time.description), verdict.mark, shown(call.decided.tool),
                abbreviated(arguments(call.decided), to: 44), abbreviated(verdict.text, to: max(40, Terminal.width - 88)))
        }
        let verdicts = history.calls.map(CallVerdict.init)
        return table.lines { text, row, column in
            switch column {
            case 0, 1: Terminal.styled(text, .dim)
            case 2, 5: Terminal.styled(text, verdicts[row].style)
            default: text
            }
        }
    }

    private var summary: [String] {
        let denied = history.calls.count { $0.decided.effect != DecidedEntry.allowed }
        let allowed = history.calls.count - denied
        let end = history.ended.map { "ended \($0)" } ?? "has no end on record: it is running, or agentbox was killed"
        return ["  \(allowed) allowed, \(denied) denied; the run \(end)"]
    }

    private func arguments(_ entry: DecidedEntry) -> String {
        switch entry.arguments {
        case .inline(let value):
            return (value.objectValue.map { object in
                object.map { "\(shown($0.key))=\(shown($0.value.stringValue ?? $0.value.encodedString()))" }
                    .joined(separator: " ")
            }) ?? shown(value.encodedString())
        case .digest(_, let bytes): return "(\(bytes) bytes of arguments)"
        }
    }

    /// `03:42:07` of an RFC 3339 time.
    private func clock(_ time: String) -> String { String(time.dropFirst(11).prefix(8)) }

    private func shown(_ text: String) -> String { VisibleText.line(text) }

    private func abbreviated(_ text: String, to width: Int) -> String {
        text.count <= width ? text : text.prefix(width - 1) + "…"
    }
}

/// What became of one call, in a mark and a few words.
struct CallVerdict {
    let mark: String
    let text: String
    let style: Terminal.Style

    init(_ call: RunHistory.Call) {
        let decision = call.decided.decision
        guard call.decided.effect == DecidedEntry.allowed else {
            mark = "■"
            text = "denied: " + VisibleText.line(decision["reason"]?.stringValue ?? "no reason on record")
            style = .red
            return
        }
        guard let outcome = call.ended?.outcome else {
            mark = "…"
            text = "allowed; no end on record"
            style = .yellow
            return
        }
        let end = outcome["end"]?.stringValue ?? "unknown"
        let succeeded = outcome["status"]?.stringValue == "succeeded"
        mark = succeeded ? "✓" : "✗"
        style = succeeded ? .green : .yellow
        var words = [VisibleText.line(end)]
        if let microseconds = outcome["durationMicroseconds"]?.integerValue {
            words.append("\(Double(microseconds / 100) / 10) ms")
        }
        if let changed = outcome["changes"]?.arrayValue, !changed.isEmpty {
            let paths = changed.compactMap { $0["path"]?.stringValue }.map { VisibleText.line($0) }
            words.append("changed " + paths.joined(separator: ", "))
        }
        if let violations = outcome["violations"]?.arrayValue, !violations.isEmpty {
            words.append("\(violations.count) refused by the sandbox")
        }
        text = words.joined(separator: ", ")
    }
}
