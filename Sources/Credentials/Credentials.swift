/// # Credentials
///
/// A secret that works for one call and dies with it. A `CredentialSource` plans, mints, revokes and probes; a lease is
/// what came of one mint, written down before it is asked for, so that a crash leaves nothing alive that nobody knows of.
/// Sources that need nothing but this host are here; those that speak with a server are `CredentialSources`, which run in
/// `agentbox-credentials`, a confined process of its own, and are reached through `Wire`.
///
/// This room knows neither the ledger nor the store nor the sandbox: `Registry` brings them together.
package enum Credentials {}
