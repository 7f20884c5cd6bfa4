import Approvals
import Diagnostics
import Hummingbird
import Runs

/// Registers a browser's credential: it ends with a line that somebody has to add to the allowed signers file, since who
/// may approve is nothing that a browser decides.
enum CredentialPage {
    static func html(_ visit: Visit) async -> HTML {
        let frame = await Frame(visit, .approvals)
        let challenge = visit.site.sessions.challenge(visit.cookie) ?? []
        return frame.page("Browser credential") {
            Parts.trail([("Approvals", PagePath("approvals"))])
            HTML(.h1) { "Register a browser credential" }
            HTML(.p, .class("summary")) {
                "A security key or this device can sign approvals for you (WebAuthn). It is made here for "
                    + HTML(.code) { "localhost" }
                    + " and counts once somebody has added the line that you are shown to the allowed signers file."
            }
            HTML(
                .form, .class("answer"), .set(.method, "post"), .action(PagePath("credentials")),
                .data("webauthn", "create"), .data("challenge", Base64URL.text(challenge)),
                .data("algorithms", RelyingParty.algorithms.map { "\($0)" }.joined(separator: " "))
            ) {
                frame.token
                HTML(.label) {
                    "Whose it is, as the allowed signers file names them"
                    HTML(
                        .input, .set(.type, "text"), .name("name"), .flag(.required), .set(.autocomplete, "username"),
                        .set(.placeholder, "alice@example.com"))
                }
                for name in ["clientDataJSON", "attestationObject"] as [StaticString] {
                    HTML(.input, .set(.type, "hidden"), .name(name))
                }
                HTML(.button, .class("yes"), .set(.type, "submit")) { "Make the credential" }
                HTML(.p, .class("bad"), .set(.role, "alert"), .data("problem", "")) {}
            }
            HTML(.noscript) { HTML(.p) { "This needs scripts. An SSH key, or a security key through SSH, does not." } }
        }
    }

    static func register(_ visit: Visit, _ form: FormFields) async -> Response {
        let frame = await Frame(visit, .approvals)
        do throws(ApprovalRefusal) {
            guard let name = form["name"], let client = form["clientDataJSON"].flatMap({ Base64URL.bytes($0) }),
                let attestation = form["attestationObject"].flatMap({ Base64URL.bytes($0) }),
                let challenge = visit.site.sessions.takeChallenge(visit.cookie),
                let origin = visit.site.requestGuard?.origin
            else { throw ApprovalRefusal(.malformed, "the browser sent no credential") }
            let credential = try WebAuthnRegistration(clientDataJSON: client, attestationObject: attestation)
                .credential(for: name, challenge: challenge, RelyingParty(id: "localhost", origin: origin))
            return .page(registered(frame, credential, SignerFiles(visit.site.home).allowedSigners))
        } catch {
            return .page(ProblemPage.html(frame, error.message, remedy: error.remedy), status: .conflict)
        }
    }

    private static func registered(_ frame: Frame, _ credential: WebAuthnCredential, _ file: String) -> HTML {
        frame.page("Browser credential") {
            Parts.trail([("Approvals", PagePath("approvals"))])
            HTML(.h1) { "Made, and not yet trusted" }
            HTML(.p, .class("summary")) {
                credential.kind == .device
                    ? "It stays on the device that made it, by its own word: it reaches A3."
                    : "It may be copied to your other devices, as passkeys are: it reaches A2."
            }
            HTML(.p) { "Add this line to " + HTML(.code) { "\(file)" } + ", if it really is for \(credential.name):" }
            HTML(.pre, .set(.tabindex, "0")) { HTML(.code) { HTML.block(credential.directive) } }
            HTML(.p, .class("dim")) {
                "A name needs the role that a rule asks for in the same file: see the manual of agentbox on who may approve."
            }
        }
    }
}
