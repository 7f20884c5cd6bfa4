import Ledger
import StrictJSON

/// One entry as it is recorded.
enum EntryPage {
    static func html(_ visit: Visit, entry text: String) async throws -> HTML? {
        let frame = await Frame(visit, .ledger)
        guard let index = LedgerIndex(text), "\(index)" == text, let entry = try await visit.site.index.entry(index)
        else {
            return nil
        }
        let run = entry.json["run"]?.stringValue.flatMap { frame.record.run($0) }
        let call = entry.json["call"]?.stringValue.flatMap { run?.call($0) }
        return frame.page("Entry \(HTML.plain(index))") {
            Parts.trail([("Ledger", PagePath("ledger"))])
            HTML(.h1) { "Entry \(HTML.plain(index))" }
            HTML(.p, .class("summary")) {
                HTML(.strong) { "\(entry.json["kind"]?.stringValue ?? "unknown")" }
                ", \(Numbers.bytes(Int64(entry.bytes)))"
                if let run {
                    ", of the run " + HTML(.a, .href(PagePath("runs", run.context.run))) { "\(run.context.task)" }
                }
                if let run, let call {
                    ": "
                    HTML(.a, .href(PagePath("runs", run.context.run, "calls", call.name))) { "its call \(call.tool)" }
                }
            }
            Parts.json(entry.json)
            HTML(.p, .class("dim")) {
                "Prove to somebody else that it is in the ledger: "
                HTML(.code) { "agentbox audit prove \(HTML.plain(index)) --output \(HTML.plain(index)).tlog-proof" }
            }
            HTML(.nav, .class("pages"), .aria("label", "Other entries")) {
                if index > 0 { HTML(.a, .href(PagePath("ledger", "\(index - 1)")), .set(.rel, "prev")) { "← Before" } }
                if index + 1 < frame.record.entries {
                    HTML(.a, .href(PagePath("ledger", "\(index + 1)")), .set(.rel, "next")) { "After →" }
                }
            }
        }
    }
}
