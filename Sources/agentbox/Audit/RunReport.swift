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
        let verdicts = history.calls.map(CallVerdict.init)
        var table = Table()
        for (call, verdict) in zip(history.calls, verdicts) {
            table.add(
                "  \(call.index)", clock(call.decided.time.description), verdict.mark, shown(call.decided.tool),
                verdict.text)
        }
        let lines = table.lines { text, row, column in
            switch column {
            case 0, 1: Terminal.styled(text, .dim)
            case 2, 4: Terminal.styled(text, verdicts[row].style)
            default: text
            }
        }
        // What the call was about and why it ended so have lines of their own: somebody reads the record for them.
        return zip(zip(lines, history.calls), verdicts).flatMap { pair, verdict in
            let (line, call) = pair
            let reasons = verdict.reasons.flatMap { below($0).map { Terminal.styled($0, verdict.style) } }
            return [line] + below(arguments(call.decided)) + leases(call).flatMap(below) + reasons
        }
    }

    /// What was issued to the call, a line each: what became of it at last.
    private func leases(_ call: RunHistory.Call) -> [String] {
        let begun = call.leases.filter { $0["kind"]?.stringValue == LeaseBegunEntry.kind }
        return begun.map { lease in
            let end = call.leases.last {
                $0["kind"]?.stringValue == LeaseEndedEntry.kind && $0["lease"] == lease["lease"]
            }
            let name = shown(lease["credential"]?.stringValue ?? "")
            let source = shown(lease["source"]?.stringValue ?? "")
            return "credential \(name) of \(source) (\(shown(lease["revocability"]?.stringValue ?? ""))): "
                + Self.end(of: end)
        }
    }

    private static func end(of lease: JSON?) -> String {
        guard let lease, let entry = try? LeaseEndedEntry(lease) else { return "no end on record" }
        let left =
            switch entry.residual {
            case .until(let time): "; good until \(time) to whoever has it"
            case .unbounded: "; good to whoever has it until somebody changes it"
            case nil: ""
            }
        switch entry.outcome {
        case .revoked: return "revoked" + (entry.probe == "refused" ? ", and found dead" : "") + left
        case .expires: return entry.residual == nil ? "expired" : "expires by itself" + left
        case .remains: return "nothing ends it" + left
        case .unissued: return "was not issued"
        case .failed: return "NOT ENDED: \(VisibleText.line(entry.detail ?? "", limit: 300))" + left
        }
    }

    /// Indented, and as wide as the terminal.
    private func below(_ text: String) -> [String] {
        let indent = "         "
        if text.isEmpty { return [] }
        return TextWrap.lines(text, within: Terminal.width - indent.count).map { indent + $0 }
    }

    private var summary: [String] {
        let recorded = history.calls.count { $0.decided.effect != DecidedEntry.allowed }
        let allowed = history.calls.count - recorded
        // They come from a file: their sum may be anything.
        let counted = history.countedDenials.reduce(Int64(recorded)) {
            $0.addingReportingOverflow($1.count).partialValue
        }
        let how = (history.outcome?["end"]?.stringValue).map { ": " + shown($0) } ?? ""
        let end =
            history.ended.map { "ended \($0)\(how)" } ?? "has no end on record: it is running, or agentbox was killed"
        let more = history.countedDenials.prefix(20).map { count in
            let what = [count.tool, count.code].compactMap(\.self).map(shown).joined(separator: " ")
            return "  \(count.count) denials more were counted, like those before them: \(what)"
        }
        let models = (history.outcome?["models"]?.arrayValue ?? []).prefix(32).map { use in
            let (up, down) = (use["up"]?.integerValue ?? 0, use["down"]?.integerValue ?? 0)
            return "  the agent itself \(CallVerdict.connected(use, shown(use["destination"]?.stringValue ?? ""))): "
                + "\(up) bytes up, \(down) down"
        }
        return (more + models + ["  \(allowed) allowed, \(counted) denied; the run \(end)"]).flatMap { line in
            TextWrap.lines(String(line.dropFirst(2)), within: Terminal.width - 2).map { "  " + $0 }
        }
    }

    private func arguments(_ entry: DecidedEntry) -> String {
        switch entry.arguments {
        case .inline(let value):
            guard let object = value.objectValue else { return shown(value.encodedString()) }
            // Numbers and switches are settings; what the call is about are the texts and lists.
            let isSetting = { (value: JSON) in value.stringValue == nil && value.arrayValue == nil }
            let members = object.filter { !isSetting($0.value) } + object.filter { isSetting($0.value) }
            return members.map { "\(shown($0.key))=\(readable($0.value))" }.joined(separator: " ")
        case .digest(_, let bytes): return "(\(bytes) bytes of arguments)"
        case .withheld: return "(arguments \(entry.arguments.note ?? ""))"
        }
    }

    /// `03:42:07` of an RFC 3339 time.
    private func clock(_ time: String) -> String { String(time.dropFirst(11).prefix(8)) }

    private func shown(_ text: String) -> String { VisibleText.line(text) }

    /// Whole, unless it is as long as a file: then `audit show` has it.
    private func readable(_ value: JSON) -> String {
        let text = value.stringValue ?? value.encodedString()
        let limit = 1000
        guard text.unicodeScalars.count > limit else { return shown(text) }
        let kept = String(String.UnicodeScalarView(text.unicodeScalars.prefix(limit)))
        return "\(shown(kept))… (\(text.utf8.count) bytes)"
    }
}

/// What became of one call: a mark, a few words, and the reasons if it did not go through.
struct CallVerdict {
    let mark: String
    let text: String
    let reasons: [String]
    let style: Terminal.Style

    init(_ call: RunHistory.Call) {
        guard call.decided.effect == DecidedEntry.allowed else {
            mark = "■"
            text = "denied"
            reasons = [VisibleText.line(call.decided.decision["reason"]?.stringValue ?? "no reason on record")]
            style = .red
            return
        }
        guard let outcome = call.ended?.outcome else {
            mark = "…"
            text = "allowed; no end on record"
            reasons = []
            style = .yellow
            return
        }
        let succeeded = outcome["status"]?.stringValue == "succeeded"
        mark = succeeded ? "✓" : "✗"
        style = succeeded ? .green : .yellow
        text = Self.words(outcome).joined(separator: ", ")
        reasons = (Self.approval(call.decided).map { [$0] } ?? []) + Self.reasons(outcome)
    }

    private static func approval(_ decided: DecidedEntry) -> String? {
        guard let approvers = decided.approval?["approvers"]?.arrayValue else { return nil }
        let names = approvers.map { approver in
            let assurance = approver["assurance"]?.stringValue.map { " (\($0))" } ?? ""
            return VisibleText.line(approver["name"]?.stringValue ?? "somebody") + VisibleText.line(assurance)
        }
        let how =
            switch decided.approval?["scope"]?.stringValue {
            case "pattern": ", with others like it"
            case "plan": ", in a plan"
            case "break-glass": ", who broke the glass"
            default: ""
            }
        return "approved by " + names.joined(separator: " and ") + how
    }

    private static func words(_ outcome: JSON) -> [String] {
        var words = [VisibleText.line(outcome["end"]?.stringValue ?? "unknown")]
        if let microseconds = outcome["durationMicroseconds"]?.integerValue {
            words.append("\(Double(microseconds / 100) / 10) ms")
        }
        if let server = outcome["server"]?["name"]?.stringValue {
            words.append("in the sandbox that the server \(VisibleText.line(server)) has for the run")
        }
        return words
    }

    private static func changes(_ outcome: JSON) -> String? {
        let changed = (outcome["changes"]?.arrayValue ?? []).compactMap { $0["path"]?.stringValue }
        let omitted = outcome["changesOmitted"]?.integerValue ?? 0
        // What git keeps for itself is one word: the file that a person knows should not drown in it.
        let files = changed.filter { !$0.hasPrefix(".git/") }
        if !changed.isEmpty {
            let shown = files.prefix(3).map { VisibleText.line($0) } + (files.count < changed.count ? [".git"] : [])
            let more = files.count > 3 || omitted > 0
            return "changed " + shown.joined(separator: ", ") + (more ? ", …" : "")
        }
        return omitted > 0 ? "changed \(omitted) names" : nil
    }

    private static func reasons(_ outcome: JSON) -> [String] {
        var reasons: [String] = changes(outcome).map { [$0] } ?? []
        if let message = outcome["failure"]?["message"]?.stringValue { reasons.append(VisibleText.line(message)) }
        for line in (outcome["details"]?.arrayValue ?? []).prefix(10) {
            reasons.append(VisibleText.line(line.stringValue ?? "", limit: 400))
        }
        if let conflict = outcome["conflict"]?["path"]?.stringValue {
            reasons.append("nothing was written: `\(VisibleText.line(conflict))` was changed by somebody else")
        }
        for use in (outcome["egress"]?.arrayValue ?? []).prefix(5) {
            let addresses = (use["addresses"]?.arrayValue ?? []).compactMap(\.stringValue).joined(separator: ", ")
            let (up, down) = (use["up"]?.integerValue ?? 0, use["down"]?.integerValue ?? 0)
            let place = (use["destination"]?.stringValue ?? "") + (addresses.isEmpty ? "" : " (\(addresses))")
            reasons.append("\(connected(use, VisibleText.line(place))): \(up) bytes up, \(down) down")
        }
        let violations = outcome["violations"]?.arrayValue ?? []
        for violation in violations.prefix(5) {
            let arguments = (violation["arguments"]?.arrayValue ?? []).compactMap(\.stringValue)
            let named = arguments.isEmpty ? nil : "(\(arguments.joined(separator: ", ")))"
            let parts = ["operation", "path", "error", "detail"].map { violation[$0]?.stringValue }
            let times = violation["count"]?.integerValue.map { $0 == 1 ? "once" : "\($0) times" }
            let words = [parts[0].map { $0 + (named ?? "") }] + parts.dropFirst() + [times]
            reasons.append("refused: " + VisibleText.line(words.compactMap { $0 }.joined(separator: " ")))
        }
        let more = max(0, violations.count - 5) + Int(outcome["violationsOmitted"]?.integerValue ?? 0)
        if more > 0 { reasons.append("refused: \(more) more; `--json` has them") }
        return reasons
    }

    fileprivate static func connected(_ use: JSON, _ place: String) -> String {
        switch use["connections"]?.integerValue ?? 0 {
        case 0: "never connected to \(place)"
        case 1: "connected to \(place) once"
        case let count: "connected to \(place) \(count) times"
        }
    }
}
