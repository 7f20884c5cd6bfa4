import Manifests
import Policy
import Store
import StrictJSON

/// `agentbox intent diff`: what does one intent let through that another does not?
package enum IntentDiff {
    /// Compares `second` to `first`, both against every tool that either may mean. Blocking.
    package static func run(_ first: TaskRun.Options, _ second: TaskRun.Options) throws -> IntentComparison {
        let installation = try Installation.find()
        let registrar = try ToolRegistrar(try Home.open(), installation)
        let old = try TaskManifests.read(first, installation: installation, registrar: registrar)
        let new = try TaskManifests.read(second, installation: installation, registrar: registrar)
        let tools = try old.definitions().merging(try new.definitions()) { tool, _ in tool }.mapValues(\.policyTool)
        return IntentComparison(
            try CompiledIntent(old.intent, tools: tools), try CompiledIntent(new.intent, tools: tools))
    }
}
