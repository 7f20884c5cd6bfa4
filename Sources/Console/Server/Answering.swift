import Approvals
import Diagnostics
import Hummingbird
import Registry
import Runs
import StrictJSON

/// What a person answered to a request, given to the run that asked. Who they are, and whether that is enough, is found
/// out there: the console vouches for nothing but that the browser is the local user's.
enum Answering {
    static func answer(_ visit: Visit, _ form: FormFields, to id: String, by way: String) async -> Response {
        guard let verdict = form["verdict"].flatMap({ ApprovalStatement.Verdict(rawValue: $0) }),
            let proof = proof(visit, form, way)
        else {
            return await problem(visit, id, "The form is not complete", nil)
        }
        var answer = OfferedAnswer(to: id, verdict, reason: form["reason"], proof: proof)
        answer.isOfConsole = proof == .localUser
        if proof == .localUser {
            answer.shown = form["shown"].flatMap { SubjectDigest($0) }
            // INVARIANT: a yes says what it was shown; nobody fills that in for it.
            guard answer.shown != nil || verdict == .deny else {
                return await problem(visit, id, "The form does not say what was shown", "reload the page")
            }
        }
        do {
            let outcome = try await visit.site.approvals.desk().answer(answer)
            switch outcome {
            case .granted: return done(id, "granted")
            case .waiting: return done(id, "waiting")
            case .denied: return done(id, "denied")
            case .refused(_, let message, let remedy):
                return await problem(visit, id, message, remedy)
            }
        } catch {
            let problem = error as? any Diagnostic
            return await self.problem(visit, id, problem?.message ?? "\(error)", problem?.remedy)
        }
    }

    private static func proof(_ visit: Visit, _ form: FormFields, _ way: String) -> OfferedAnswer.Proof? {
        switch way {
        case "answer":
            return .localUser
        case "sign":
            guard let statement = form["statement"], let signature = form["signature"] else { return nil }
            // Browsers send lines with CR LF.
            let lines = signature.replacing("\r\n", with: "\n")
            return .ssh(statement: Array(statement.utf8), signature: Array(lines.utf8))
        case "webauthn":
            guard let statement = form["statement"], let origin = visit.site.requestGuard?.origin else { return nil }
            var assertion: JSONObject = ["origin": .string(origin)]
            for name in ["credentialID", "clientDataJSON", "authenticatorData", "signature"] {
                guard let value = form[name] else { return nil }
                assertion[name] = .string(value)
            }
            return .webAuthn(statement: Array(statement.utf8), assertion: .object(assertion))
        default:
            return nil
        }
    }

    private static func done(_ id: String, _ outcome: String) -> Response {
        .redirect(to: PagePath("approvals", id, query: [("outcome", outcome)]))
    }

    private static func problem(_ visit: Visit, _ id: String, _ message: String, _ remedy: String?) async -> Response {
        let frame = await Frame(visit, .approvals)
        let page = frame.page("Not taken") {
            Parts.trail([("Approvals", PagePath("approvals"))])
            HTML(.h1) { "The answer counts for nothing" }
            HTML(.div, .class("banner", "bad"), .set(.role, "alert")) {
                HTML.prose(message, limit: 2000) + "."
                if let remedy { HTML(.p) { "To fix it: " + HTML.prose(remedy, limit: 2000) + "." } }
            }
            HTML(.p) { HTML(.a, .href(PagePath("approvals", id))) { "Back to the request" } }
        }
        return .page(page, status: .conflict)
    }
}
