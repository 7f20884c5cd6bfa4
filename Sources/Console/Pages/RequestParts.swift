import Approvals
import Registry

/// Pieces of the pages about requests for approvals.
enum RequestParts {
    static func word(_ state: ApprovalRecord.State) -> HTML {
        switch state {
        case .pending: "waits"
        case .consumed: "approved, and the call went ahead"
        case .denied: "denied"
        case .expired: "nobody answered in time"
        case .cancelled: "the agent gave the call up"
        case .void: "taken back, or its agentbox died"
        }
    }

    /// Who has to say yes, and until when.
    static func terms(_ record: ApprovalRecord) -> HTML {
        HTML(.p, .class("dim")) {
            "It takes "
            HTML.prose(record.request.requirement.words)
            ", until "
            HTML(.time, .datetime(record.request.expires.description)) { "\(record.request.expires.description)" }
            "."
        }
    }

    /// True if being the local user is enough for a yes, for one of those who are needed.
    static func takesLocalUser(_ record: ApprovalRecord) -> Bool {
        record.request.agentIsConfined && record.request.requirement.assuranceOfEach == .localUser
    }

    /// Yes and no by a click. A no is taken from the run's owner in any case.
    static func plainAnswer(_ record: ApprovalRecord, _ frame: Frame) -> HTML {
        let takesYes = takesLocalUser(record)
        return HTML {
            if !record.request.agentIsConfined {
                HTML(.p, .class("note")) {
                    "This agent runs as you, outside of any box: it could click here itself, so a yes needs a key."
                }
            }
            HTML(.form, .class("answer"), .set(.method, "post"), .action(PagePath("approvals", record.id, "answer"))) {
                frame.token
                // What this page shows: a yes is to that, whatever the store says when it arrives.
                HTML(
                    .input, .set(.type, "hidden"), .name("shown"),
                    .value(ShownText(record.shown).digest.description))
                HTML(.label) {
                    "Reason (recorded; of a no the agent is told)"
                    HTML(.input, .set(.type, "text"), .name("reason"), .set(.autocomplete, "off"))
                }
                if takesYes {
                    HTML(.button, .class("yes"), .set(.type, "submit"), .name("verdict"), .value("allow")) {
                        "Approve once"
                    }
                }
                HTML(.button, .class("no"), .set(.type, "submit"), .name("verdict"), .value("deny")) { "Deny" }
                if !takesYes {
                    HTML(.a, .class("button"), .href(PagePath("approvals", record.id, fragment: "sign"))) {
                        "Approve with a key…"
                    }
                }
            }
        }
    }
}
