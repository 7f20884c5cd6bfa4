/// # ToolSupport
///
/// What the bundled tools have in common: one JSON object in, one JSON object out, errors as one line that tells an
/// agent what to do next; careful reading of files that may be anything; other programs run without a shell. A tool
/// runs inside the sandbox of its call, so nothing here is a guard: the sandbox refuses, and the tool explains.
package enum ToolSupport {}
