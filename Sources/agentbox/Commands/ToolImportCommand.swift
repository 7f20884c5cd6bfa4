import ArgumentParser
import Diagnostics
import Glibc
import Manifests
import Registry
import Runs
import StrictJSON

/// `agentbox tool import`
struct ToolImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Make a manifest of an existing MCP server: its tools, pinned by digest.",
        discussion: """
            Starts the server in its sandbox, has it list its tools, shows what each says of itself and of its arguments, \
            with hidden and look-alike characters made visible, and writes NAME/tool-server.yaml. No tool is called. Read \
            what is shown: agents will read the same. With --read, what the server needs beside the profile becomes a profile of its \
            own, NAME/sandbox/NAME-server.yaml.

            EXAMPLES
              agentbox tool import --read /opt/time -- /opt/time/bin/mcp-server-time
              agentbox tool register time --tools . --sandboxes time/sandbox
              agentbox tool import --grant readUnder=docs --workspace . -- ./notes-server /workspace/docs
            """
    )

    @OptionGroup
    var catalogue: CatalogueOptions

    @Option(help: "What to call the server; by default made of its program's name.")
    var name: String?

    @Option(help: "What stands before the names of its tools, with a dot; by default the name.")
    var prefix: String?

    @Option(help: "The sandbox profile to run it in.")
    var sandbox = "server"

    @Option(
        name: .customLong("read"),
        help: "A folder of the host that the server may read and execute from, such as its runtime; repeatable.")
    var read: [String] = []

    @Option(
        name: .customLong("grant"),
        help: "WORD=PATH: what of the workspace the server may read for the whole run; repeatable.")
    var grants: [String] = []

    @Option(help: "The workspace that the grants are in, while the server is imported.")
    var workspace: String?

    @Option(help: "Where to make the server's folder.")
    var output = "."

    @Flag(help: "Print one JSON object and write nothing.")
    var json = false

    @Argument(parsing: .postTerminator, help: "The server's command.")
    var command: [String] = []

    func run() async throws {
        guard !command.isEmpty else {
            throw CommandError(
                "no server to import", remedy: "write its command behind `--`: agentbox tool import -- mcp-server-time")
        }
        let importing = try ServerImport(
            ServerImport.Options(
                command: command, name: name, prefix: prefix, sandbox: sandbox, readable: read, grants: grants,
                workspace: workspace, tools: catalogue.tools, sandboxes: catalogue.sandboxes))
        let imported = try await importing.run()
        if json { return Terminal.print(json: imported.json) }
        show(imported)
        try write(imported)
    }

    private func show(_ imported: ImportedServer) {
        for tool in imported.tools {
            let name = imported.server.name(of: tool.tool.name)?.rawValue ?? tool.tool.name
            Terminal.print(Terminal.styled(name, .bold) + (tool.tool.title.map { "  \(VisibleText.line($0))" } ?? ""))
            for line in (tool.tool.description ?? "(no description)").split(
                separator: "\n", omittingEmptySubsequences: false)
            {
                Terminal.print("    " + VisibleText.line(String(line)))
            }
            for (place, text) in tool.prose where !Self.repeatsName(place, text) {
                Terminal.print("    \(VisibleText.line(place)): \(VisibleText.line(text))")
            }
            for place in tool.revealed {
                Terminal.print(
                    "    " + Terminal.styled("hidden or look-alike characters, made visible: ", .yellow)
                        + VisibleText.line(place))
            }
        }
    }

    /// True for the title `Source Timezone` of a property `source_timezone`.
    private static func repeatsName(_ place: String, _ text: String) -> Bool {
        func letters(_ text: some StringProtocol) -> String { text.lowercased().filter { $0.isLetter || $0.isNumber } }
        let parts = place.split(separator: "/")
        return parts.last == "title" && parts.count > 1 && letters(parts[parts.count - 2]) == letters(text)
    }

    private func write(_ imported: ImportedServer) throws {
        let name = imported.server.name.rawValue
        let folder = output + "/" + name
        try Scaffold.makeFolder(folder)
        try Scaffold.write(imported.manifest, to: folder + "/tool-server.yaml")
        var options = "--tools \(output)"
        if let text = imported.runtime.text {
            try Scaffold.makeFolder(folder + "/sandbox")
            try Scaffold.write(text, to: folder + "/sandbox/\(imported.runtime.name).yaml")
            options += " --sandboxes \(folder)/sandbox"
        }
        for folder in catalogue.sandboxes { options += " --sandboxes \(folder)" }
        Terminal.print(
            VisibleText.line(
                "wrote \(folder)/tool-server.yaml with what it says of its tools (\(imported.tools.count)); look at it, then:"
            ))
        Terminal.print(VisibleText.line("  agentbox tool register \(name) \(options)"))
    }
}
