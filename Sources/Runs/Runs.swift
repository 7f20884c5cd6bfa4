import MCP

/// # Runs
///
/// One execution of a task: what `run`, `mcp` and `call` have in common. It reads the manifests once, opens the ledger,
/// makes the run's folder and its registry, starts the agent's box, and says at the end what changed.
package enum Runs {
    /// What ledger entries and MCP peers are told.
    package static let version = "0.1.0"

    static let implementation = Implementation(name: "agentbox", version: version, title: "agentbox")

    /// What a model should know before its first call.
    static let instructions = """
        Every call is checked against the task's intent. A denied call is a result with isError: it says what was wrong; \
        do not repeat it unchanged. Paths are relative to the workspace.
        """
}
