/// # Sandbox
///
/// From a profile and the grants of one call to processes that can do no more. `Filters/` compiles system call rules
/// to BPF, `Host/` finds out what this kernel enforces, `Workspace/` opens what a grant names, `Layers/` turns writes
/// into transactions, and `Launch/` writes the plan of a call and has `agentbox-init` carry it out.
///
/// For people who review profiles: `Analysis/` says of a compiled filter what passes it, argument by argument; on that
/// stand `Scoring/` (how exposed), `Comparing/` (narrower or wider), `Listing/` (the filter to read) and `OCI/` (the
/// format of container runtimes).
package enum Sandbox {}
