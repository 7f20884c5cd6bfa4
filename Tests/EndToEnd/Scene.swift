import Glibc
import StrictJSON
import TestSupport

/// A workspace, an intent and a home of one person's own, and the installed agentbox to try on them.
struct Scene {
    let person: Person
    let folder: TemporaryFolder
    var home: String { folder("home") }
    var workspace: String { folder("workspace") }
    var intent: String { folder("task.yaml") }

    /// - Parameter rules: The lines beneath `rules:`.
    init(_ person: Person, rules: String, files: [String: String] = ["README.md": "hello\n"]) throws {
        self.person = person
        folder = try TemporaryFolder()
        for (name, text) in files { try folder.write("workspace/" + name, text) }
        try folder.write("task.yaml", Self.manifest(rules))
        giveAway()
    }

    /// An intent for the scene's workspace: `head`, whole lines, stands before the rules.
    static func manifest(_ rules: String, head: String = "") -> String {
        let indented = rules.split(separator: "\n").map { "  \($0)\n" }.joined()
        return """
            apiVersion: agentbox.dev/v1
            kind: Intent
            name: test
            purpose: Try the command line.
            principal: alice@example.com
            workspace: workspace
            \(head)rules:
            \(indented)
            """
    }

    /// Runs a script in the workspace, as whoever runs the tests; git trusts the folder, whoever owns it.
    func shell(_ script: String) -> Command.Result {
        let trust = "export GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=safe.directory GIT_CONFIG_VALUE_0='*'"
        return Command.run(["/bin/sh", "-ec", "\(trust)\n\(script)"], in: workspace)
    }

    /// Everything in the folder belongs to the person.
    func giveAway() {
        chmod(folder.path, 0o755)
        if geteuid() == 0 {
            let user = person == .root ? "0:0" : "1000:1000"
            _ = Command.run(["/bin/chown", "-R", user, folder.path])
        }
    }

    func agentbox(
        _ words: [String], input: String = "", environment: [String: String] = [:]
    ) -> Command.Result {
        InstalledAgentbox.shared.run(
            words, as: person, home: home, input: input, environment: environment, in: folder.path)
    }

    /// One call under the scene's intent, with its result as JSON.
    func call(_ tool: String, _ arguments: JSON, options: [String] = []) throws -> JSON {
        let result = agentbox(["call", "--intent", intent] + options + [tool, "--json", arguments.encodedString()])
        do {
            return try JSON(parsing: result.output)
        } catch {
            throw TestSupportError("no JSON came of the call: \(result)")
        }
    }

    /// The entries of the ledger, a run each.
    func runs() throws -> [JSON] {
        let result = agentbox(["audit", "log", "--all", "--json"])
        return try result.output.split(separator: "\n").map { try JSON(parsing: String($0)) }
    }

    func file(_ name: String) -> String? { File.text(of: workspace + "/" + name) }
}
