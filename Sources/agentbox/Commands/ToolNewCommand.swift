import ArgumentParser
import Diagnostics
import Glibc
import Manifests
import OpenAPI

/// `agentbox tool new`
struct ToolNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a tool to start from, or a tool for each operation of an HTTP interface.",
        discussion: """
            A manifest, a script, and a fixture for its tests. With --http, a manifest for each operation of an OpenAPI \
            description (3.0 or 3.1, YAML or JSON), as NAME.OPERATION/tool.yaml: a call of it can make that request, with \
            its arguments in their places, and no other. What a tool cannot express is an error with its line and column, \
            and nothing is written; --operation takes those that can be.

            EXAMPLES
              agentbox tool new greet && agentbox tool test greet --tools .
              agentbox tool new pets --http openapi.yaml
              agentbox tool new pets --http openapi.yaml --operation list-pets --server https://pets.example.com/v2
            """
    )

    @Option(help: "An OpenAPI description.")
    var http: String?

    @Option(help: "The URL of the interface, in place of the description's own; with --http.")
    var server: String?

    @Option(
        name: .customLong("operation"), help: "Only this operation, by its tool's last name; repeatable; with --http.")
    var operations: [String] = []

    @Option(help: "The source of its credentials; by default named as the security scheme; with --http.")
    var source: String?

    @Argument(help: "The tool's name; the folder of that name must not exist. With --http, what the names begin with.")
    var name: String

    func validate() throws {
        if http == nil, server != nil || !operations.isEmpty || source != nil {
            throw ValidationError("--server, --operation and --source go with --http")
        }
        if let source, source.isEmpty || !source.utf8.allSatisfy({ $0 == 0x2D || $0 == 0x2E || Self.isLetter($0) }) {
            throw ValidationError("`\(source)` is no source's name")
        }
    }

    private static func isLetter(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
    }

    func run() throws {
        guard let tool = ToolName(manifest: name) else {
            throw CommandError(
                "`\(name)` is not a tool's name", remedy: "use lower-case letters, digits, `-`, `_` and dots")
        }
        if let http { return try importInterface(http, as: tool) }
        try Scaffold.makeFolder(name)
        try Scaffold.makeFolder(name + "/fixture")
        try Scaffold.write(manifest(tool), to: name + "/tool.yaml")
        try Scaffold.write(Self.script, to: name + "/main.sh", mode: 0o755)
        try Scaffold.write("Hello from the fixture.\n", to: name + "/fixture/greeting.txt")
        Terminal.print("wrote \(name)/tool.yaml, main.sh and fixture/; next:")
        Terminal.print("  agentbox tool test \(name) --tools .")
        Terminal.print("  agentbox tool register \(name) --tools .")
    }

    private func importInterface(_ file: String, as name: ToolName) throws {
        let imported = try ToolImport(
            try ManifestFile.bytes(of: file), file: file,
            ToolImport.Options(server: server, prefix: name.rawValue, operations: operations, source: source))
        for tool in imported.tools where access(tool.name, F_OK) == 0 {
            throw CommandError(
                "`\(tool.name)` exists, and what exists is never overwritten; nothing was written",
                remedy: "remove it, choose another name, or take the others with --operation")
        }
        for tool in imported.tools {
            try Scaffold.makeFolder(tool.name)
            try Scaffold.write(tool.manifest, to: tool.name + "/tool.yaml")
        }
        let count = imported.tools.count
        Terminal.print(
            prose:
                "wrote \(Counted.text(count, "manifest")): \(imported.tools.map(\.name).joined(separator: ", ")); next:"
        )
        let words = imported.tools.count == 1 ? imported.tools[0].name : "$tool"
        let steps = ["check", "register"].map { "agentbox tool \($0) \(words) --tools ." }.joined(separator: " && ")
        let names = imported.tools.map(\.name).joined(separator: " ")
        Terminal.print(imported.tools.count == 1 ? "  \(steps)" : "  for tool in \(names); do \(steps); done")
    }

    private func manifest(_ name: ToolName) -> String {
        """
        apiVersion: agentbox.dev/v1
        kind: Tool
        name: \(name)
        version: 0.1.0
        title: Shout a file
        description: Returns the text of one file of the workspace in capitals.
        command: [./main.sh, "${args.path}"]
        input: argv                             # or stdin: the arguments as one JSON object
        inputSchema:
          type: object
          properties:
            path: {type: string, minLength: 1, description: Path in the workspace.}
          required: [path]
          additionalProperties: false
        annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: false}
        sandbox: script                         # a shell and its programs, no network, nothing written
        grants:                                 # what this call may touch, bound to its arguments
          - read: "${args.path}"
        limits: {time: 5s, output: 1MiB}
        tests:
          - call: {path: greeting.txt}
            expect: {contains: HELLO FROM THE FIXTURE}
          - call: {path: ../../etc/passwd}
            expect: denied

        """
    }

    private static let script = """
        #!/bin/sh
        # Standard output is the tool's result. The call runs in /workspace, where only its grant can be read.
        exec tr '[:lower:]' '[:upper:]' <"$1"

        """
}
