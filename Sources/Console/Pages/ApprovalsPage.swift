import Approvals
import Registry

/// The calls that wait for a person, and those that did.
enum ApprovalsPage {
    private static let mostOver = 40

    static func html(_ visit: Visit) async throws -> HTML {
        let frame = await Frame(visit, .approvals)
        let desk = try await visit.site.approvals.desk()
        let pending = try await desk.pending()
        let over = try await desk.all().filter { $0.state != .pending }.suffix(mostOver).reversed()
        return frame.page("Approvals", refreshes: true) {
            HTML(.div, .class("headline")) {
                HTML(.h1) { "Approvals" }
                HTML(.a, .class("headline-end"), .href(PagePath("credentials"))) { "Register a browser credential" }
            }
            HTML(.div, .id("approvals"), .data("live", "")) {
                if pending.isEmpty {
                    Parts.empty("Nobody is asked for anything") {
                        HTML(.p) {
                            "A call waits here when a rule asks for a person: "
                            HTML(.code) { "- approve: git.push" }
                            ". It goes ahead once, when somebody who may says yes; unanswered, it is denied."
                        }
                    }
                } else {
                    HTML(.p, .class("summary")) {
                        HTML(.strong, .class("warn")) {
                            pending.count == 1 ? "One call waits for you. " : "\(pending.count) calls wait for you. "
                        }
                        "What you say yes to is exactly what is shown: this call, once."
                    }
                    HTML(.ol, .class("requests")) { for record in pending { card(record, frame) } }
                }
                if !over.isEmpty {
                    HTML(.section) {
                        HTML(.h2) { "Over" }
                        HTML(.ol, .class("entries")) { for record in over { row(record) } }
                    }
                }
            }
        }
    }

    private static func card(_ record: ApprovalRecord, _ frame: Frame) -> HTML {
        HTML(.li, .class("request")) {
            HTML(.h2) {
                HTML(.a, .href(PagePath("approvals", record.id))) { "\(record.tool)" }
                HTML(.span, .class("dim")) { " of \(record.task), asked by \(record.agent ?? "an agent")" }
            }
            RequestParts.terms(record)
            HTML(.pre, .class("shown"), .set(.tabindex, "0"), .aria("label", "What you say yes to")) {
                HTML.block(record.shown)
            }
            RequestParts.plainAnswer(record, frame)
        }
    }

    private static func row(_ record: ApprovalRecord) -> HTML {
        HTML(.li) {
            HTML(.a, .href(PagePath("approvals", record.id))) { "\(record.id)" }
            HTML(.span) {
                "\(record.tool) of \(record.task): "
                HTML(.span, .class(record.state == .consumed ? "good" : "bad")) { RequestParts.word(record.state) }
                if let reason = record.reason { HTML(.span, .class("dim")) { ", " + HTML.text(reason, limit: 200) } }
            }
        }
    }
}
