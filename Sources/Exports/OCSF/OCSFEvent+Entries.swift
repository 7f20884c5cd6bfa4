import Ledger
import StrictJSON

extension OCSFEvent {
    /// The events of an entry: one, but of counted denials one for each count.
    static func events(of entry: ExportedEntry, origin: String) -> [JSON] {
        let events = describe(entry)
        return events.enumerated().map { $1.json(entry, origin: origin, part: events.count == 1 ? 0 : $0 + 1) }
    }

    private static func describe(_ entry: ExportedEntry) -> [OCSFEvent] {
        switch entry.kind {
        case DecidedEntry.kind: [decided(entry)]
        case EndedEntry.kind: [ended(entry)]
        case DenialsEntry.kind: denials(entry)
        case "approval-asked": [asked(entry)]
        case "approval-answered": [answered(entry)]
        case "revoked": [revoked(entry)]
        case RegisteredEntry.kind: [registered(entry)]
        default: [other(entry)]
        }
    }

    private static func decided(_ entry: ExportedEntry) -> OCSFEvent {
        let tool = entry.text("tool") ?? "tool"
        let effect = entry.text("effect") ?? "deny"
        var event = OCSFEvent(operation: tool, message: "\(effect): \(tool)")
        event.activity = activity(of: entry)
        event.request = entry.text("call")
        event.statusCode = entry.decision?["code"]?.stringValue
        event.statusDetail = entry.decision?["reason"]?.stringValue
        switch effect {
        case DecidedEntry.allowed:
            event.disposition = entry.approvers.isEmpty ? .allowed : .approved
        case "approve":
            event.status = .unknown
        default:
            event.severity = .low
            event.status = .failure
            event.disposition = .blocked
        }
        return event
    }

    private static func ended(_ entry: ExportedEntry) -> OCSFEvent {
        let tool = entry.text("tool") ?? "tool"
        let end = entry.outcome?["end"]?.stringValue ?? "unknown"
        var event = OCSFEvent(operation: tool, message: "ended (\(end)): \(tool)")
        event.activityName = "End"
        event.request = entry.text("call")
        event.status = entry.outcome?["status"]?.stringValue == "succeeded" ? .success : .failure
        if entry.outcome?["status"] == nil { event.status = .unknown }
        event.statusCode = entry.outcome?["failure"]?["code"]?.stringValue ?? end
        event.statusDetail = entry.outcome?["failure"]?["message"]?.stringValue
        event.severity = entry.violations > 0 ? .low : .informational
        event.isAlert = entry.violations > 0
        event.duration = entry.outcome?["durationMicroseconds"]?.integerValue.map { $0 / 1000 }
        var response: JSONObject = ["message": .string(end)]
        response["code"] = entry.outcome?["exit"]
        response["error"] = entry.outcome?["failure"]?["code"]
        response["error_message"] = entry.outcome?["failure"]?["message"]
        event.response = .object(response)
        return event
    }

    private static func denials(_ entry: ExportedEntry) -> [OCSFEvent] {
        (entry["counts"]?.arrayValue ?? []).map { count in
            let tool = count["tool"]?.stringValue ?? "tool"
            var event = OCSFEvent(operation: tool, message: "deny: \(tool), counted and not recorded one by one")
            event.severity = .medium
            event.status = .failure
            event.disposition = .blocked
            event.statusCode = count["code"]?.stringValue
            event.count = count["count"]?.integerValue
            event.isAlert = true
            return event
        }
    }

    private static func asked(_ entry: ExportedEntry) -> OCSFEvent {
        let tool = entry.text("tool") ?? "tool"
        var event = OCSFEvent(operation: tool, message: "an approval was asked for: \(tool)")
        event.activityName = "Ask for approval"
        event.request = entry.text("call")
        event.status = .unknown
        return event
    }

    private static func answered(_ entry: ExportedEntry) -> OCSFEvent {
        let verdict = entry.text("verdict") ?? "unknown"
        var event = OCSFEvent(operation: "approve", message: "an approval was answered: \(verdict)")
        event.activityName = "Answer approval"
        event.request = entry.text("call")
        event.statusCode = verdict
        event.statusDetail = entry.text("reason")
        event.status = verdict == "allow" ? .success : .failure
        event.disposition = verdict == "allow" ? .approved : .blocked
        if entry["breakGlass"]?.boolValue == true {
            event.severity = .high
            event.isAlert = true
        }
        return event
    }

    private static func revoked(_ entry: ExportedEntry) -> OCSFEvent {
        var event = OCSFEvent(operation: "revoke", message: "access was revoked")
        event.activityName = "Revoke"
        event.severity = .medium
        event.statusDetail = entry.text("reason")
        event.disposition = .revoked
        event.isAlert = true
        return event
    }

    private static func registered(_ entry: ExportedEntry) -> OCSFEvent {
        let tool = entry.text("tool") ?? "tool"
        var event = OCSFEvent(operation: "register \(tool)", message: "the tool \(tool) was registered")
        event.activity = entry["previousDigest"] == nil ? .create : .update
        return event
    }

    private static func other(_ entry: ExportedEntry) -> OCSFEvent {
        let kind = entry.kind.isEmpty ? "entry" : entry.kind
        var event = OCSFEvent(operation: kind, message: kind.replacing("-", with: " "))
        event.activityName = kind
        if kind == RecoveredEntry.kind { event.severity = .low }
        return event
    }

    /// By what the call may touch.
    private static func activity(of entry: ExportedEntry) -> Activity {
        let words = Set(entry.grants.map(\.word))
        if words.isEmpty { return .other }
        if words.isSubset(of: ["read", "list", "readUnder"]) { return .read }
        if words.contains("create"), words.isDisjoint(with: ["write", "writeUnder", "git"]) { return .create }
        return words.isDisjoint(with: ["write", "writeUnder", "git"]) ? .other : .update
    }
}
