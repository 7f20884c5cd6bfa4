import Ledger
import LinuxIO
import StrictJSON

extension OTLPExporter {
    mutating func take(_ entry: ExportedEntry) {
        guard let run = entry.run else { return addAlone(entry) }
        switch (entry.kind, entry.text("call")) {
        case (RunStartedEntry.kind, _): startRun(run, entry)
        case (RunEndedEntry.kind, _): endRun(run, entry)
        case (DecidedEntry.kind, let call?): decide(CallName(run: run, call: call), entry)
        case (EndedEntry.kind, let call?): end(CallName(run: run, call: call), entry)
        case (_, let call?): addEvent(CallName(run: run, call: call), entry)
        case (_, nil):
            guard runs[run] != nil else { return addAlone(entry) }
            runs[run]?.add(event: entry.kind, at: entry.time ?? latest, Self.members(entry))
        }
    }

    // MARK: Runs

    private mutating func startRun(_ run: String, _ entry: ExportedEntry) {
        let agent = entry.text("agentName")
        var span = OTLPSpan(
            trace: identifiers.trace(run), span: identifiers.span(run),
            name: agent.map { "invoke_agent \($0)" } ?? "invoke_agent", start: entry.time ?? latest)
        span.set("gen_ai.operation.name", "invoke_agent")
        setContext(entry, &span)
        span.set("agentbox.version", entry["version"])
        span.set("agentbox.ledger.index", .integer(Int64(clamping: entry.index)))
        runs[run] = span
    }

    private mutating func endRun(_ run: String, _ entry: ExportedEntry) {
        for name in calls.keys where name.run == run { giveUp(name) }
        guard var span = runs[run] else { return addAlone(entry) }
        span.end = entry.time ?? latest
        for key in ["allowed", "denied", "exit", "end"] { span.set("agentbox.run.\(key)", entry.outcome?[key]) }
        runs[run] = span
        finishRun(run, isComplete: true)
    }

    private func setContext(_ entry: ExportedEntry, _ span: inout OTLPSpan) {
        span.set("gen_ai.agent.name", entry["agentName"])
        span.set("gen_ai.conversation.id", entry["run"])
        span.set("user.id", entry["principal"])
        span.set("agentbox.task", entry["task"])
        span.set("agentbox.agent.confinement", entry["agent"])
        span.set("agentbox.intent.digest", entry["intentDigest"])
    }

    // MARK: Calls

    private func span(_ name: CallName, _ entry: ExportedEntry) -> OTLPSpan {
        if let span = calls[name] { return span }
        let tool = entry.text("tool")
        var span = OTLPSpan(
            trace: identifiers.trace(name.run), span: identifiers.span(name.run, call: name.call),
            parent: identifiers.span(name.run), name: tool.map { "execute_tool \($0)" } ?? "execute_tool",
            start: entry.time ?? latest)
        span.set("gen_ai.operation.name", "execute_tool")
        span.set("gen_ai.tool.name", entry["tool"])
        span.set("gen_ai.tool.type", "function")
        span.set("gen_ai.tool.call.id", .string(name.call))
        span.set("mcp.method.name", "tools/call")
        setContext(entry, &span)
        return span
    }

    private mutating func decide(_ name: CallName, _ entry: ExportedEntry) {
        var span = span(name, entry)
        span.end = entry.time ?? latest
        span.set("agentbox.ledger.index", .integer(Int64(clamping: entry.index)))
        span.set("agentbox.decision.effect", entry["effect"])
        span.set("agentbox.decision.code", entry.decision?["code"])
        span.set("agentbox.decision.reason", entry.decision?["reason"])
        span.set("agentbox.decision.rules", .array(entry.rules.map(JSON.integer)))
        span.set(
            "agentbox.approval.approvers", entry.approvers.isEmpty ? nil : .array(entry.approvers.map(JSON.string)))
        span.set("agentbox.tool.digest", entry["toolDigest"])
        span.set("agentbox.profile.digest", entry["profileDigest"])
        span.set("agentbox.call.digest", entry["callDigest"])
        span.set("agentbox.labels", entry.labels.isEmpty ? nil : .array(entry.labels.map(JSON.string)))
        span.set("agentbox.server", entry["server"]?["name"])
        guard entry.text("effect") == "deny" else {
            calls[name] = span
            return
        }
        calls[name] = nil
        span.set("error.type", entry.decision?["code"] ?? "denied")
        span.error = entry.decision?["reason"]?.stringValue ?? "denied"
        pending.append(span.json)
    }

    private mutating func end(_ name: CallName, _ entry: ExportedEntry) {
        var span = span(name, entry)
        calls[name] = nil
        let time = entry.time ?? latest
        let duration = entry.outcome?["durationMicroseconds"]?.integerValue
        // The decision may lie before what was selected.
        if span.start == time, let duration {
            span.start = Timestamp(millisecondsSince1970: time.millisecondsSince1970 - max(0, duration / 1000))
        }
        span.end = time
        span.set("agentbox.ledger.end_index", .integer(Int64(clamping: entry.index)))
        span.set("agentbox.outcome.end", entry.outcome?["end"])
        span.set("agentbox.outcome.status", entry.outcome?["status"])
        span.set("agentbox.outcome.exit", entry.outcome?["exit"])
        span.set("agentbox.outcome.duration_us", duration.map(JSON.integer))
        span.set("agentbox.outcome.output_bytes", entry.outcome?["outputBytes"])
        span.set("agentbox.outcome.violations", .integer(Int64(entry.violations)))
        span.set("agentbox.resources.peak_bytes", entry.outcome?["resources"]?["peakBytes"])
        if entry.outcome?["status"]?.stringValue == "succeeded" {
            span.isOK = true
        } else {
            // By the conventions for MCP: the class of an error that stands in the result.
            span.set("error.type", entry.outcome?["failure"]?["code"] ?? "tool_error")
            span.error =
                entry.outcome?["failure"]?["message"]?.stringValue ?? entry.outcome?["end"]?.stringValue ?? "unknown"
        }
        pending.append(span.json)
    }

    /// What happens to a call between its decisions: an approval that is asked for, or answered.
    private mutating func addEvent(_ name: CallName, _ entry: ExportedEntry) {
        var span = span(name, entry)
        span.end = entry.time ?? latest
        span.add(event: entry.kind, at: entry.time ?? latest, Self.members(entry))
        calls[name] = span
    }

    // MARK: Others

    /// An entry of no run, or of one whose beginning was not selected.
    private mutating func addAlone(_ entry: ExportedEntry) {
        let name = "entry \(entry.index)"
        var span = OTLPSpan(
            trace: identifiers.trace(entry.run ?? name), span: identifiers.span(name),
            name: "agentbox \(entry.kind)", start: entry.time ?? latest)
        span.parent = entry.run.map { identifiers.span($0) }
        span.set("agentbox.ledger.index", .integer(Int64(clamping: entry.index)))
        for (key, value) in Self.members(entry) { span.set(key, value) }
        pending.append(span.json)
    }

    private static let eventMembers = [
        "tool", "request", "assurance", "quorum", "role", "verdict", "approver", "method", "reason", "breakGlass",
        "scope", "callDigest", "toolDigest", "previousDigest", "by", "epoch", "counts", "truncatedBytes", "code",
    ]

    private static func members(_ entry: ExportedEntry) -> [(String, JSON?)] {
        [("agentbox.ledger.index", .integer(Int64(clamping: entry.index)))]
            + eventMembers.map { ("agentbox." + $0, entry[$0]) }
    }
}
