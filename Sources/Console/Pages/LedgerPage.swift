import Ledger
import LinuxIO

/// The ledger: how long it is, what signed it, and whether all of it verifies.
enum LedgerPage {
    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .ledger)
        let record = frame.record
        let directory = visit.site.home.ledger
        let origin = try? await BlockingPool.shared.run { () throws(LedgerError) in
            try LedgerReader(directory: directory).origin.description
        }
        let checkpoint = try? await BlockingPool.shared.run { () throws(LedgerError) in
            try LedgerKeys.checkpoint(of: directory)
        }
        let check = (last: await visit.site.ledgerCheck.last, isRunning: await visit.site.ledgerCheck.isRunning)
        return frame.page("Ledger", refreshes: check.isRunning) {
            HTML(.h1) { "Ledger" }
            HTML(.div, .id("ledger"), .data("live", "")) {
                if record.entries == 0, record.problem == nil {
                    Parts.empty("Nothing is on record yet") {
                        HTML(.p) { "The first run writes the first entry to " + HTML(.code) { "\(directory)" } + "." }
                    }
                } else {
                    HTML(.p, .class("summary")) {
                        "\(Numbers.count(record.entries, "entry", "entries")) on record, in \(Numbers.count(record.runCount, "run")). Every decision was on the disk before anything happened."
                    }
                    Parts.facts([
                        ("Origin", origin.map { name in HTML(.code) { "\(name)" } }),
                        ("Folder", HTML(.code) { "\(directory)" }),
                        (
                            "Newest checkpoint",
                            checkpoint.map { signed in
                                HTML {
                                    "\(Numbers.count(signed.size, "entry", "entries")), root "
                                    HTML(.code) { "\(signed.root.base64)" }
                                }
                            }
                        ),
                        ("Signed by", checkpoint.map { signed in HTML(.code) { "\(signed.key.description)" } }),
                        (
                            "Last entry",
                            record.lastEntry.map { entry in
                                HTML {
                                    HTML(.a, .href(PagePath("ledger", "\(entry.index)"))) {
                                        "\(HTML.plain(entry.index))"
                                    }
                                    ", \(entry.kind)"
                                    if let time = entry.time { " at " + Parts.time(time, withDay: true) }
                                }
                            }
                        ),
                    ])
                    checked(check.last, isRunning: check.isRunning, frame)
                    kinds(record)
                    recent(record)
                }
            }
        }
    }

    private static func checked(_ last: LedgerCheck.Result?, isRunning: Bool, _ frame: Frame) -> HTML {
        HTML(.section) {
            HTML(.h2) { "Is all of it as it was written?" }
            if isRunning {
                HTML(.p) { "All of it is being verified…" }
            } else if let last {
                switch last.outcome {
                case .success(let result): verified(result, last)
                case .failure(let problem):
                    HTML(.div, .class("banner", "bad"), .set(.role, "alert")) {
                        HTML(.strong) { "It does not verify. " }
                        HTML.prose(problem.message) + "."
                        if let remedy = problem.remedy { HTML(.p) { "To fix it: " + HTML.prose(remedy) + "." } }
                    }
                }
            } else {
                HTML(.p, .class("dim")) { "This console has read it to show it, and not verified it yet." }
            }
            HTML(.form, .set(.method, "post"), .action(PagePath("ledger", "check"))) {
                frame.token
                HTML(.button, .set(.type, "submit"), .flag(.disabled, isRunning)) { "Verify all of it now" }
            }
            HTML(.p, .class("dim")) {
                "It is tamper-evident against everybody who does not hold its key; against the holder as far back as a checkpoint that was published: "
                HTML(.code) { "agentbox audit anchor" }
                "."
            }
        }
    }

    private static func verified(_ result: LedgerVerification, _ last: LedgerCheck.Result) -> HTML {
        HTML {
            HTML(.div, .class("banner", result.isWhole ? "good" : "bad"), .set(.role, "status")) {
                HTML(.p) {
                    HTML(.strong) { result.isWhole ? "✓ It verifies. " : "■ Data beside it does not verify. " }
                    "\(Numbers.count(result.checkpoint.size, "entry", "entries")) are what the checkpoint signed, and \(Numbers.count(result.commitments, "value")) beside them what they committed to; "
                    "verified in \(Numbers.duration(microseconds: last.microseconds)) at "
                        + Parts.time(last.time, withDay: true) + "."
                }
                if result.erased > 0 {
                    HTML(.p) { "\(Numbers.count(result.erased, "value")) were erased by a person." }
                }
                if result.unsignedEntries > 0 {
                    HTML(.p) { "The first \(result.unsignedEntries) are of an agentbox that signed nothing yet." }
                }
                for (index, word) in result.altered.prefix(20).map({ ($0, "altered" as HTML) })
                    + result.missing.prefix(20).map({ ($0, "missing" as HTML) })
                {
                    HTML(.p) {
                        "Data of "
                        HTML(.a, .href(PagePath("ledger", "\(index)"))) { "entry \(HTML.plain(index))" }
                        ": "
                        word
                    }
                }
            }
        }
    }

    private static func kinds(_ record: RecordState) -> HTML {
        HTML(.section) {
            HTML(.h2) { "What is in it" }
            HTML(.ul, .class("counts")) {
                for (kind, count) in record.kinds.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }).prefix(30) {
                    HTML(.li) { HTML(.strong) { "\(count)" } + " \(kind)" }
                }
            }
        }
    }

    private static func recent(_ record: RecordState) -> HTML {
        HTML(.section) {
            HTML(.h2) { "The last entries" }
            HTML(.ol, .class("entries")) {
                for entry in record.recent.reversed() {
                    HTML(.li) {
                        HTML(.a, .href(PagePath("ledger", "\(entry.position.index)"))) {
                            "\(HTML.plain(entry.position.index))"
                        }
                        HTML(.span) { "\(entry.kind)" }
                        if let time = entry.time { Parts.time(time, withDay: true) }
                    }
                }
            }
        }
    }
}
