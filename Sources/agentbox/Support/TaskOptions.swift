import ArgumentParser
import Runs

/// What every command takes that loads manifests.
struct CatalogueOptions: ParsableArguments {
    @Option(name: .customLong("tools"), help: "A folder of tools, beside the bundled ones; repeatable.")
    var tools: [String] = []

    @Option(name: .customLong("sandboxes"), help: "A folder of sandbox profiles, beside the bundled ones; repeatable.")
    var sandboxes: [String] = []
}

/// What every command takes that works on a task.
struct TaskOptions: ParsableArguments {
    @OptionGroup
    var catalogue: CatalogueOptions

    @Option(help: "The workspace, in place of the intent's.")
    var workspace: String?

    /// The options of a run under `intent`.
    func options(
        intent: String, agent: TaskRun.Options.Confinement, command: [String] = []
    ) -> TaskRun.Options {
        TaskRun.Options(
            intent: intent, workspace: workspace, tools: catalogue.tools, sandboxes: catalogue.sandboxes,
            confinement: agent, command: command)
    }
}

/// What every command takes whose calls people may be asked about.
struct SignerOptions: ParsableArguments {
    @Option(
        name: .customLong("allowed-signers"),
        help: "Who may approve with which key, as ssh-keygen's file says; default: $AGENTBOX_HOME/allowed_signers.")
    var allowedSigners: String?

    @Option(
        name: .customLong("revoked-keys"),
        help: "Keys that no longer count: a KRL or public keys; default: $AGENTBOX_HOME/revoked_keys.")
    var revokedKeys: String?

    func apply(to options: TaskRun.Options) -> TaskRun.Options {
        var options = options
        options.allowedSigners = allowedSigners
        options.revokedKeys = revokedKeys
        return options
    }
}
