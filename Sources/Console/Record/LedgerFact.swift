import Ledger
import LinuxIO
import Runs
import StrictJSON

/// What the index takes from one entry. Read away from the index, so that following a long ledger holds nothing up.
struct LedgerFact: Sendable {
    let position: LogPosition
    let kind: String
    let time: Timestamp?
    let content: Content

    /// By the kinds that the index knows.
    enum Content: Sendable {
        case started(RunStartedEntry)
        case asked(run: String, call: String, tool: String, request: String)
        case answered(run: String, call: String, verdict: String, breakGlass: Bool)
        case decided(run: String, call: String, tool: String, isAllowed: Bool, isApproved: Bool)
        case finished(run: String, decided: LedgerIndex, call: String, End)
        case denials(run: String, [DenialsEntry.Count])
        case ended(RunEndedEntry)
        /// An entry of a kind that says nothing of a run, or that this build does not know.
        case other
    }

    /// What became of a call that was started.
    struct End: Sendable {
        var state: CallState
        var isRefused: Bool
        var changed: [String]
        var omitted: Int64
    }

    init(_ record: LedgerRecord) throws(LedgerError) {
        // As it is in the log: what was kept beside it says nothing that is counted.
        let json = try record.leaf()
        position = record.position
        kind = json["kind"]?.stringValue ?? ""
        time = json["time"]?.stringValue.flatMap { Timestamp($0) }
        // An entry of a known kind that cannot be read is shown as it is, on its own page, and counts for nothing.
        content = (try? Self.content(kind, json)) ?? .other
    }

    private static func content(_ kind: String, _ json: JSON) throws(LedgerError) -> Content {
        let run = json["run"]?.stringValue ?? ""
        let call = json["call"]?.stringValue ?? ""
        let tool = json["tool"]?.stringValue ?? ""
        switch kind {
        case RunStartedEntry.kind: return .started(try RunStartedEntry(json))
        case RunEndedEntry.kind: return .ended(try RunEndedEntry(json))
        case DenialsEntry.kind: return .denials(run: run, try DenialsEntry(json).counts)
        case DecidedEntry.kind:
            return .decided(
                run: run, call: call, tool: tool, isAllowed: json["effect"]?.stringValue == DecidedEntry.allowed,
                isApproved: (json["approval"] ?? json["decision"]?["approval"]) != nil)
        case EndedEntry.kind:
            let entry = try EndedEntry(json)
            return .finished(run: run, decided: entry.decided, call: call, End(entry.outcome))
        case "approval-asked":
            return .asked(run: run, call: call, tool: tool, request: json["request"]?.stringValue ?? "")
        case "approval-answered":
            return .answered(
                run: run, call: call, verdict: json["verdict"]?.stringValue ?? "",
                breakGlass: json["breakGlass"]?.boolValue == true)
        default: return .other
        }
    }
}

extension LedgerFact.End {
    init(_ outcome: JSON) {
        let changes = outcome["changes"]?.arrayValue ?? []
        changed = changes.compactMap { $0["entry"]?.stringValue == "directory" ? nil : $0["path"]?.stringValue }
        omitted = outcome["changesOmitted"]?.integerValue ?? 0
        isRefused = !(outcome["violations"]?.arrayValue ?? []).isEmpty
        switch outcome["status"]?.stringValue {
        case "succeeded": state = .done
        case nil where outcome["end"]?.stringValue == "published": state = .done
        case nil: state = .unknown
        default: state = .failed
        }
    }
}
