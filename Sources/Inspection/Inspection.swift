/// # Inspection
///
/// Ends the TLS of a call's connections where a grant asks for it, holds requests against the grant's rules, puts
/// credentials in place of placeholders, and takes them out of what comes back. It runs as `agentbox-inspect`, a process
/// of its own for one call, in the box of the egress broker.
package enum Inspection {}
