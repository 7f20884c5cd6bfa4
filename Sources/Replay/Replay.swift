/// # Replay
///
/// Decides calls that were recorded, of whatever agent, as a run under an intent would have decided them: nothing is
/// executed, and no tool has to be there but its description. `agentbox intent replay` asks what an intent does to a
/// trace; `agentbox intent propose` turns a trace, or the ledger's record of a run, into the tightest readable intent
/// that allows it.
///
/// It reads files and decides; `Policy` stays pure.
package enum Replay {}
