/// # Policy
///
/// Decides. `CompiledIntent.decide` is a pure function of the intent, the call with its arguments as they were resolved,
/// the state of the task and the time: no file, no network, no clock. It also holds what a decision needs to ask of
/// arguments: JSON Schema (`CompiledSchema`), typed constraints and regular expressions that match in linear time. What a
/// run has done and seen is a value too, `TaskState`: budgets, labels, the order of calls, and where values came from
/// (`Provenance/`).
///
/// The rules of the house: what is not allowed is denied; of the rules that match, deny beats approve beats allow, in
/// whatever order they were written; an error while evaluating a rule is a denial that names the rule; what this build
/// does not implement is refused when it is loaded, never ignored.
package enum Policy {}
