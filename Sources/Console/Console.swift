/// # Console
///
/// The web pages of `agentbox console`: what `audit`, `approve`, `tool`, `sandbox` and `review` say, in a browser on
/// the loopback. `Server` is the way of a request: it is checked (`RequestGuard`), belongs to a session (`Sessions`),
/// and becomes a page. `Record` follows the ledger, `Words` says what is on record in sentences, `HTML` makes unescaped
/// text impossible, `Pages` holds a file a page.
///
/// Everything that agents and tools can choose is hostile text. The pages load nothing from elsewhere, and work without
/// scripts.
package enum Console {}
