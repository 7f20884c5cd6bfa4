import StrictJSON
import TestSupport

/// A scene with the server of `Tests/ToolServers` imported and registered as `srv`.
struct ServerScene {
    let scene: Scene

    /// - Parameters:
    ///   - words: Behind the server's name, for ill behaviour at the start.
    ///   - grants: What stands in the manifest for `grants`.
    ///   - labels: The same for `labels`.
    ///   - limits: The same for `limits`.
    init(
        _ person: Person = .possible[0], rules: String = "- allow: \"srv.*\"", words: [String] = [],
        grants: String = "[]", labels: String = "{output: [untrusted]}", limits: String? = nil,
        files: [String: String] = ["README.md": "hello\n"]
    ) throws {
        scene = try Scene(person, rules: rules, files: files)
        try Self.place(in: scene)
        let imported = scene.agentbox(["tool", "import", "--name", "srv", "--", "./server.py"] + words)
        guard imported.status == 0, let manifest = File.text(of: scene.folder("srv/tool-server.yaml")) else {
            throw TestSupportError("the server could not be imported: \(imported)")
        }
        var lines = manifest.split(separator: "\n").map { line in
            switch line {
            case "grants: []": "grants: \(grants)"
            case "labels: {output: [untrusted]}": "labels: \(labels)"
            default: String(line)
            }
        }
        if let limits { lines.append("limits: \(limits)") }
        try scene.folder.write("srv/tool-server.yaml", lines.joined(separator: "\n") + "\n")
        scene.giveAway()
        let registered = scene.agentbox(["tool", "register", "srv", "--tools", "."])
        guard registered.status == 0 else { throw TestSupportError("it could not be registered: \(registered)") }
    }

    /// Puts the server's script into a scene's folder.
    static func place(in scene: Scene) throws {
        let script = File.text(of: InstalledAgentbox.checkout + "/Tests/ToolServers/server.py") ?? ""
        try scene.folder.write("server.py", script, mode: 0o755)
        scene.giveAway()
    }

    func call(_ tool: String, _ arguments: JSON) throws -> JSON { try scene.call("srv." + tool, arguments) }

    /// Calls of one run, made by its agent one after the other: each a tool with its arguments.
    func calls(_ words: [String]) -> Command.Result {
        let script = words.map { "agentbox call srv.\($0); echo \" [$?]\"" }.joined(separator: "\n")
        return scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", script])
    }

    /// The calls of the last run, as they are on record.
    func recorded() throws -> [JSON] { try scene.runs().last?["calls"]?.arrayValue ?? [] }
}
