import Ledger
import LinuxIO

/// The ledger: how long it is, what it is called, and whether all of it is sound.
enum LedgerPage {
    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .ledger)
        let record = frame.record
        let directory = visit.site.home.ledger
        let origin = try? await BlockingPool.shared.run { () throws(LedgerError) in
            try LedgerReader(directory: directory).origin.description
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
                            "Last entry",
                            record.lastEntry.map { entry in
                                HTML {
                                    HTML(.a, .href(PagePath("ledger", "\(entry.index)"))) { "\(HTML.plain(entry.index))" }
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
            HTML(.h2) { "Is all of it sound?" }
            if isRunning {
                HTML(.p) { "All of it is being read…" }
            } else if let last {
                if let problem = last.problem {
                    HTML(.div, .class("banner", "bad"), .set(.role, "alert")) {
                        HTML(.strong) { "It is damaged. " }
                        "\(problem.message)"
                        if let remedy = problem.remedy { HTML(.p) { "To fix it: \(remedy)." } }
                    }
                } else {
                    HTML(.p, .class("good")) {
                        "✓ \(Numbers.count(last.entries, "entry", "entries")) read in \(Numbers.duration(microseconds: last.microseconds)), each as it was written; checked at "
                        Parts.time(last.time, withDay: true)
                        "."
                    }
                }
            } else {
                HTML(.p, .class("dim")) { "This console has read all of it to show it, and not checked it again since." }
            }
            HTML(.form, .set(.method, "post"), .action(PagePath("ledger", "check"))) {
                frame.token
                HTML(.button, .set(.type, "submit"), .flag(.disabled, isRunning)) { "Check all of it now" }
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
                        HTML(.a, .href(PagePath("ledger", "\(entry.position.index)"))) { "\(HTML.plain(entry.position.index))" }
                        HTML(.span) { "\(entry.kind)" }
                        if let time = entry.time { Parts.time(time, withDay: true) }
                    }
                }
            }
        }
    }
}
