import ArgumentParser
import Manifests

/// `agentbox tool new`
struct ToolNewCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "new",
        abstract: "Write a tool to start from: a manifest, a script, and a fixture for its tests.",
        discussion: """
            EXAMPLE
              agentbox tool new greet && agentbox tool test greet --tools .
            """
    )

    @Argument(help: "The tool's name; the folder of that name must not exist.")
    var name: String

    func run() throws {
        guard let tool = ToolName(manifest: name) else {
            throw CommandError(
                "`\(name)` is not a tool's name", remedy: "use lower-case letters, digits, `-`, `_` and dots")
        }
        try Scaffold.makeFolder(name)
        try Scaffold.makeFolder(name + "/fixture")
        try Scaffold.write(manifest(tool), to: name + "/tool.yaml")
        try Scaffold.write(Self.script, to: name + "/main.sh", mode: 0o755)
        try Scaffold.write("Hello from the fixture.\n", to: name + "/fixture/greeting.txt")
        Terminal.print("wrote \(name)/tool.yaml, main.sh and fixture/; next:")
        Terminal.print("  agentbox tool test \(name) --tools .")
        Terminal.print("  agentbox tool register \(name) --tools .")
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
