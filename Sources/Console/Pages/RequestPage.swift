import Approvals
import LinuxIO
import Registry
import Runs
import StrictJSON

/// One request: exactly what is said yes to, who said what so far, and every way to answer.
enum RequestPage {
    static func html(_ visit: Visit, request id: String) async throws -> HTML? {
        let frame = await Frame(visit, .approvals)
        let desk = try await visit.site.approvals.desk()
        guard let record = try? await desk.approval(id) else { return nil }
        let answers = try await desk.answers(to: id)
        let signing = await Signing(visit, record, desk)
        return frame.page("\(record.tool)", refreshes: record.state == .pending && signing.approver == nil) {
            Parts.trail([
                ("Approvals", PagePath("approvals")), ("\(record.task)", PagePath("runs", record.run)),
            ])
            HTML(.div, .class("headline")) {
                HTML(.h1) { "May \(record.tool) go ahead?" }
                HTML(.span, .class("badge", record.state == .pending ? "waiting" : "plain")) {
                    RequestParts.word(record.state)
                }
            }
            outcome(visit.query["outcome"])
            HTML(.section, .class("request")) {
                RequestParts.terms(record)
                HTML(.pre, .class("shown"), .set(.tabindex, "0"), .aria("label", "What you say yes to")) {
                    HTML.block(record.shown)
                }
                if record.state == .pending { RequestParts.plainAnswer(record, frame) }
            }
            if !answers.isEmpty {
                HTML(.section, .id("answers")) {
                    HTML(.h2) { "Who answered" }
                    HTML(.ul, .class("plain")) { for answer in answers { HTML(.li) { said(answer) } } }
                }
            }
            if record.state == .pending {
                signing.html(frame)
                others(record)
            }
            HTML(.section) {
                HTML(.h2) { "On record" }
                Parts.facts([
                    (
                        "Call",
                        HTML(.a, .href(PagePath("runs", record.run, "calls", record.call))) { "\(record.call)" }
                    ),
                    ("Request", HTML(.code) { "\(record.id)" }),
                    ("Rules that ask", "\(record.rules.map { "\($0 + 1)" }.joined(separator: ", "))"),
                    (
                        "Digest of the call",
                        record.request.offer(for: .once).map { Parts.digest($0.subject.description) }
                    ),
                    ("Digest of the text", record.request.offer(for: .once).map { Parts.digest($0.shown.description) }),
                ])
            }
        }
    }

    /// What takes more than a page to say.
    private static func others(_ record: ApprovalRecord) -> HTML {
        HTML(.details, .class("about")) {
            HTML(.summary) { "Fewer questions, and other ways to answer" }
            HTML(.p) {
                "On a terminal you can approve calls like this one for a while, several calls at once, or break the glass:"
            }
            HTML(.pre, .set(.tabindex, "0")) {
                HTML(.code) {
                    HTML.block(
                        """
                        agentbox approve allow \(record.id) --pattern '{path: {under: [docs]}}' --count 5 --for 1h
                        agentbox approve allow \(record.id) OTHER-REQUEST
                        agentbox approve allow \(record.id) --break-glass --reason "why" --key ~/.ssh/id_ed25519_sk
                        """)
                }
            }
        }
    }

    private static func outcome(_ word: String?) -> HTML? {
        switch word {
        case "granted": banner("good", "Approved. The call goes ahead, once.")
        case "waiting": banner("warn", "Taken. It waits for somebody else’s yes too.")
        case "denied": banner("bad", "Denied. The agent is told so.")
        default: nil
        }
    }

    private static func banner(_ style: StaticString, _ text: HTML) -> HTML {
        HTML(.div, .class("banner", style), .set(.role, "status")) { text }
    }

    private static func said(_ given: GivenAnswer) -> HTML {
        HTML {
            HTML(.strong) { "\(given.answer.verdict.rawValue)" }
            if let approver = given.approver { " by \(approver)" }
            switch given.outcome {
            case .granted: ": it went ahead"
            case .waiting(let missing): ": \(missing) more needed"
            case .denied: ": it was denied"
            case .refused(_, let message, _):
                HTML(.span, .class("bad")) { ": counts for nothing: " + HTML.prose(message) }
            case nil: ": not looked at yet"
            }
            if let reason = given.answer.reason { HTML(.span, .class("dim")) { " — " + HTML.text(reason, limit: 400) } }
        }
    }
}
