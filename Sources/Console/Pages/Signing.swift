import Approvals
import LinuxIO
import Registry
import Runs
import StrictJSON

/// How to say yes with a key: whose, then what to sign, then the signature.
struct Signing: Sendable {
    private let record: ApprovalRecord
    /// Who is going to sign; nil until they have said so.
    let approver: String?
    private let verdict: ApprovalStatement.Verdict
    private let draft: AnswerDraft?
    private let problem: String?
    /// Identifiers of the approver's browser credentials, in base64url.
    private let credentials: [String]

    init(_ visit: Visit, _ record: ApprovalRecord, _ desk: ApprovalDesk) async {
        self.record = record
        let name = visit.query["as"]
        verdict = visit.query["verdict"].flatMap { ApprovalStatement.Verdict(rawValue: $0) } ?? .allow
        var draft: AnswerDraft?
        var problem: String?
        var credentials: [String] = []
        if let name, record.state == .pending {
            do {
                draft = try await desk.draft(record.id, verdict, approver: name, reason: visit.query["reason"])
            } catch {
                problem = "\(error)"
            }
            let files = SignerFiles(visit.site.home)
            let judge = try? await BlockingPool.shared.run { () throws(ApprovalRefusal) in try files.judge() }
            credentials = judge?.signers.credentials(of: name).map(\.idText) ?? []
        }
        approver = name
        self.draft = draft
        self.problem = problem
        self.credentials = credentials
    }

    func html(_ frame: Frame) -> HTML {
        HTML(.section, .id("sign"), .class("about")) {
            HTML(.h2) { "Answer with a key" }
            if let problem { HTML(.div, .class("banner", "bad")) { HTML.block(problem, limit: 1000) } }
            if let draft, let approver {
                steps(draft, approver, frame)
            } else {
                who
            }
        }
    }

    private var who: HTML {
        HTML {
            HTML(.p) {
                "Say who you are, as the allowed signers file names you. You are then shown the statement to sign: it names this call and the text above by their digests."
            }
            HTML(.form, .class("answer"), .action(PagePath("approvals", record.id, fragment: "sign"))) {
                HTML(.label) {
                    "Your name in the allowed signers file"
                    HTML(
                        .input, .set(.type, "text"), .name("as"), .flag(.required), .set(.autocomplete, "username"),
                        .set(.placeholder, "alice@example.com"))
                }
                HTML(.label) {
                    "Reason (signed with it)"
                    HTML(.input, .set(.type, "text"), .name("reason"), .set(.autocomplete, "off"))
                }
                HTML(.button, .set(.type, "submit"), .name("verdict"), .value("allow")) { "Approve with a key…" }
                HTML(.button, .set(.type, "submit"), .name("verdict"), .value("deny")) { "Deny with a key…" }
            }
        }
    }

    private func steps(_ draft: AnswerDraft, _ approver: String, _ frame: Frame) -> HTML {
        let statement = String(decoding: draft.statement.bytes, as: UTF8.self)
        return HTML {
            HTML(.p) {
                "\(approver) says "
                HTML(.strong, .class(verdict == .allow ? "good" : "bad")) { verdict == .allow ? "yes" : "no" }
                " to this very call. The statement can be signed until \(draft.statement.expires.description)."
            }
            HTML(.ol, .class("steps")) {
                HTML(.li) {
                    HTML(.p) { "Sign the statement, in a terminal. The second line asks for your passphrase or touch:" }
                    HTML(.pre, .set(.tabindex, "0")) { HTML(.code) { HTML.block(Self.commands(statement)) } }
                }
                HTML(.li) {
                    HTML(.form, .set(.method, "post"), .action(PagePath("approvals", record.id, "sign"))) {
                        frame.token
                        fields(statement)
                        HTML(.p) {
                            HTML(.label, .for("signature")) {
                                "Paste " + HTML(.code) { "approval.json.sig" } + ", or choose the file:"
                            }
                            " "
                            HTML(
                                .input, .set(.type, "file"), .data("into", "signature"),
                                .aria("label", "The signature’s file"))
                        }
                        HTML(
                            .textarea, .id("signature"), .name("signature"), .set(.rows, "6"), .flag(.required),
                            .set(.spellcheck, "false"), .set(.placeholder, "-----BEGIN SSH SIGNATURE-----"))
                        HTML(.p) { HTML(.button, .class("yes"), .set(.type, "submit")) { "Send the signed answer" } }
                    }
                }
            }
            browser(draft, statement, frame)
        }
    }

    private func browser(_ draft: AnswerDraft, _ statement: String, _ frame: Frame) -> HTML {
        HTML {
            HTML(.h3) { "Or with a browser credential" }
            if credentials.isEmpty {
                HTML(.p, .class("dim")) {
                    "The allowed signers file lists none for this name. "
                    HTML(.a, .href(PagePath("credentials"))) { "Register one" }
                    "."
                }
            } else {
                HTML(
                    .form, .set(.method, "post"), .action(PagePath("approvals", record.id, "webauthn")),
                    .data("webauthn", "get"), .data("challenge", Base64URL.text(draft.statement.digest.bytes)),
                    .data("credentials", credentials.joined(separator: " "))
                ) {
                    frame.token
                    fields(statement)
                    for name in ["credentialID", "clientDataJSON", "authenticatorData", "signature"] as [StaticString] {
                        HTML(.input, .set(.type, "hidden"), .name(name))
                    }
                    HTML(.button, .class("yes"), .set(.type, "submit")) { "Use the credential" }
                    HTML(.p, .class("bad"), .set(.role, "alert"), .data("problem", "")) {}
                }
                HTML(.noscript) { HTML(.p) { "This needs scripts: use a key instead." } }
            }
        }
    }

    private func fields(_ statement: String) -> HTML {
        HTML {
            HTML(.input, .set(.type, "hidden"), .name("statement"), .value(statement))
            HTML(.input, .set(.type, "hidden"), .name("verdict"), .value(verdict.rawValue))
        }
    }

    /// What a shell writes and signs: exactly the bytes of the statement.
    static func commands(_ statement: String) -> String {
        let quoted = "'" + statement.replacing("'", with: "'\\''") + "'"
        return """
            printf %s \(quoted) > approval.json
            ssh-keygen -Y sign -n \(Approvals.namespace) -f ~/.ssh/id_ed25519 approval.json
            """
    }
}
