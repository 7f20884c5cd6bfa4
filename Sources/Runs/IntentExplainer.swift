import LinuxIO
import Manifests
import Policy
import Registry
import Sandbox
import Store
import StrictJSON

/// `agentbox intent explain`: what would be decided about a call at the start of a run. Nothing is executed, recorded
/// or counted.
package struct IntentExplainer: Sendable {
    private let manifests: TaskManifests
    private let preview: CallPreview
    private let sources: SourceCatalog

    package static func open(_ options: TaskRun.Options) async throws -> IntentExplainer {
        let installation = try Installation.find()
        let home = try Home.open()
        let registrar = try ToolRegistrar(home, installation)
        let manifests = try TaskManifests.read(options, installation: installation, registrar: registrar)
        let workspace = try manifests.workspace.map { try WorkspaceRoot($0, home: home.path) }
        let definitions = try manifests.definitions()
        let intent = try manifests.compile(definitions)
        let credentials = CredentialSetup(home)
        return IntentExplainer(
            manifests: manifests,
            preview: CallPreview(
                tools: definitions, intent: intent, workspace: workspace, sources: credentials.sources),
            sources: credentials.catalogue)
    }

    /// Where the agent can send what it knows, whatever the rules say; nil: nowhere.
    package var channel: String? { manifests.intent.models.isEmpty ? nil : Self.channel(of: manifests.intent) }

    /// What a person should know besides: tools and sources that are left out.
    package var notes: [String] { manifests.notes + sources.notes }

    static func channel(of intent: Intent) -> String {
        "under `run` the agent itself can send whatever it knows to its model endpoints: "
            + intent.models.map(\.destination.description).joined(separator: ", ")
    }

    package func inputSchema(of tool: String) -> JSON? {
        ToolName(tool).flatMap { manifests.tools[$0] }?.tool.inputSchema
    }

    /// The decision, with every rule, what would let a denied call through, and where the call could connect to.
    package func explain(_ tool: String, _ arguments: JSON) async -> CallPreview.Answer {
        let request = CallRequest(tool: tool, arguments: arguments)
        return await BlockingPool.shared.run { preview.explain(request) }
    }
}
