import Diagnostics
import Glibc
import LinuxIO
import MCP
import Manifests
import Registry
@_spi(Launch) import Sandbox
import Store

/// `agentbox tool import`: starts an MCP server in the sandbox that it would have in a run, has it list its tools, and
/// makes a manifest of what it says. Nothing of it is called, and nothing is registered.
package struct ServerImport: Sendable {
    /// What the author chose.
    package struct Options: Sendable {
        /// The server's command: a program by its path, or looked up in PATH, and its words.
        package var command: [String]
        /// Nil makes one of the program's name.
        package var name: String?
        /// Nil is the name.
        package var prefix: String?
        package var sandbox: String
        /// Folders of the host that the server may read and execute from: its runtime. They become a profile.
        package var readable: [String]
        /// What of the workspace the server may touch, for the whole run: `readUnder=.`
        package var grants: [String]
        /// What the grants are in while the server is imported.
        package var workspace: String?
        package var tools: [String]
        package var sandboxes: [String]

        package init(
            command: [String], name: String?, prefix: String?, sandbox: String, readable: [String],
            grants: [String] = [], workspace: String? = nil, tools: [String], sandboxes: [String]
        ) {
            self.command = command
            self.name = name
            self.prefix = prefix
            self.sandbox = sandbox
            self.readable = readable
            self.grants = grants
            self.workspace = workspace
            self.tools = tools
            self.sandboxes = sandboxes
        }
    }

    private let options: Options
    private let finder: ToolFinder
    private let names: ServerNames

    /// Blocking.
    package init(_ options: Options) throws {
        self.options = options
        finder = try ToolFinder(tools: options.tools, sandboxes: options.sandboxes)
        names = try ServerNames(options)
        try PrefixRule(finder).check(names.prefix, of: names.name)
    }

    /// Starts the server, and ends it again.
    package func run() async throws -> ImportedServer {
        let runtime = try RuntimeProfile(names.name, options, finder.profiles)
        let command = try ServerProgram.locate(options.command)
        let server = ToolServer(
            name: names.name, version: "0.1.0", title: nil,
            description: "The tools of \(VisibleText.line(names.program, limit: 100)), an MCP server.",
            prefix: names.prefix, command: command, sandbox: runtime.name, grants: try grants(),
            outputLabels: [.untrusted],
            limits: ServerLimits(), files: [], tools: [])
        let found: [MCPTool]
        do {
            found = try await list(server, runtime.resolved)
        } catch let error as ServerError {
            throw ImportError(error, sandbox: options.sandbox)
        }
        return try ImportedServer(server, found, runtime)
    }

    private func grants() throws -> [GrantTemplate] {
        try options.grants.map { text in
            let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            guard parts.count == 2, let word = GrantWord(rawValue: parts[0]) else {
                throw RunError(
                    "--grant: \(VisibleText.quoted(text)) is no grant",
                    remedy: "write a word and a path, such as --grant readUnder=. or --grant read=notes.txt")
            }
            return GrantTemplate(
                word: word, value: Template(source: ServerProgram.escaped(parts[1]), segments: [.literal(parts[1])]))
        }
    }

    /// The server as a run would start it: registered in a state of its own that is thrown away.
    private func list(_ server: ToolServer, _ profile: ResolvedProfile) async throws -> [MCPTool] {
        let scratch = try ScratchFolder()
        let home = try Home(scratch.path + "/state")
        let installation = finder.installation
        let executable = try await BlockingPool.shared.run { () throws in
            let registrar = try ToolRegistrar(home, installation)
            let source = ToolSource(server: server, folder: scratch.path, profile: profile.digestSource)
            return try registrar.open(try registrar.register(source).registration)
        }
        let launcher = Launcher(
            LaunchPermit(), initPath: installation.programs + "/agentbox-init", filters: try FilterCache(folder: nil),
            hidden: [home.path, try Home.open().path] + [Home.existingUsual].compactMap { $0 })
        let workspace = try options.workspace.map { try WorkspaceRoot($0, home: try Home.open().path) }
        let grants = try GrantResolution.resolve(
            server.grants, arguments: [:], pathArguments: [], profile: profile, workspace: workspace
        ).grants.get()
        let box = ConfinedSpecification(
            server: server, executable, profile: profile, grants: grants, workspace: workspace)
        let (connection, tools) = try await ServerConnection.open(
            box, by: launcher, ServerConnection.Settings(server.limits), as: Runs.implementation)
        await connection.close()
        return tools
    }
}

/// Why a server could not be imported, with what it complained of and how to give it more.
package struct ImportError: Diagnostic {
    package let code: String
    package let message: String
    package let remedy: String?

    init(_ error: ServerError, sandbox: String) {
        code = error.code
        message = ([error.message] + error.details).joined(separator: "\n    ")
        remedy =
            error.remedy
            ?? "its sandbox `\(sandbox)` shows it /usr, no network and no workspace: show it its runtime with --read DIR, "
            + "or choose another profile with --sandbox (`agentbox sandbox list`)"
    }

    init(_ problems: [ServerError]) {
        code = problems.first?.code ?? ServerError.Code.badStart.rawValue
        message = "these tools cannot be imported:\n    " + problems.map(\.message).joined(separator: "\n    ")
        remedy = problems.first?.remedy ?? "ask the server's author to mend them; a set is imported whole or not at all"
    }
}
