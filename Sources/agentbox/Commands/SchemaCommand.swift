import ArgumentParser
import Manifests

/// `agentbox schema`
struct SchemaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print the JSON Schema of a kind of manifest.",
        discussion: """
            Editors complete and check manifests with it. It is derived from what the loader itself reads.

            EXAMPLE
              agentbox schema intent > intent.schema.json
            """
    )

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case tool, sandbox, intent
        case toolServer = "tool-server"
        case credentialSource = "credential-source"
    }

    @Argument(help: "The kind: tool, tool-server, sandbox, intent or credential-source.")
    var kind: Kind

    func run() {
        let schema =
            switch kind {
            case .tool: PublishedSchema.tool
            case .toolServer: PublishedSchema.toolServer
            case .sandbox: PublishedSchema.sandbox
            case .intent: PublishedSchema.intent
            case .credentialSource: PublishedSchema.credentialSource
            }
        Terminal.print(json: schema)
    }
}
