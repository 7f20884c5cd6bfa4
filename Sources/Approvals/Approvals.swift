/// # Approvals
///
/// What a person says yes to, and how it is known that they said it. Pure: bytes in, verdicts out; whoever reads files,
/// keeps pending requests and consumes an approval once is elsewhere.
///
///     CanonicalCall ─ digest ─▶ ApprovalRequest ─▶ ApprovalStatement ─ SSHSIG, WebAuthn, peer ─▶ ApprovalAnswer ─▶ Quorum
///
/// `Calls` says what an approval is about, `Statements` what is signed, `SSH` reads keys, certificates and signatures,
/// `Signers` and `Revocation` say whose they are and which no longer count, `WebAuthn` does the same for browsers, and
/// `Assurance` makes of it who said what, and whether that is enough. Every parser here reads hostile bytes: one form of
/// each thing, nothing before or after it, and a refusal that says why.
package enum Approvals {
    /// The namespace of SSHSIG in which approvals are signed: a signature made for anything else is none.
    package static let namespace = "approval@agentbox.dev"
}
