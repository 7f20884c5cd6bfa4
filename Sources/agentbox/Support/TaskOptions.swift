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
