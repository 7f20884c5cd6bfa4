import Glibc
import StrictJSON
import TestSupport

/// Where the probe runs.
enum Place: String, CaseIterable {
    /// No sandbox: the positive control.
    case outside
    /// As a tool, everything built for its call.
    case cold
    /// As a tool in a run, in a slot of a template.
    case template
    /// As the agent of a run.
    case agent
}

/// A person's task with everything that the probe needs, and the probe run in each place.
///
/// The host leaves it what a careless one would: a variable with a secret, and a descriptor of `/` as standard input and
/// again at 40.
final class EscapeScene {
    let scene: Scene
    private let host: ProbeHost
    private let naive: HelperProcess
    private let doors: [InnerDoors]
    /// What the agent is shown. Elsewhere than the scene, whose name nothing inside may learn.
    private let shown: TemporaryFolder

    init(_ person: Person) throws {
        scene = try Scene(
            person, rules: Self.rules,
            files: [".git/config": "[core]\n", ".git/HEAD": "ref", ".git/hooks/README": "none\n"])
        shown = try TemporaryFolder(in: "/var/tmp")
        chmod(shown.path, 0o755)
        host = try ProbeHost(of: person)
        try ProbeTool.write(in: scene)
        try Probe.copy(to: scene.folder, as: "outside/agentbox")
        for name in ["probe", "holder"] {
            try Probe.copy(to: shown, as: name)
            try Probe.copy(to: scene.folder, as: "outside/" + name)
        }
        for (folder, prefix) in [(scene.folder, "workspace/"), (shown, "")] {
            for name in ["README.md", "probe-victim", "probe-ungranted"] {
                try folder.write(prefix + name, "hello\n", mode: 0o644)
            }
            try folder.write(prefix + "probe-program", "#!/bin/true\n", mode: 0o755)
        }
        for name in [".git/config", ".git/HEAD", ".git/hooks/README"] { try shown.write(name, "") }
        symlink(host.outside, scene.workspace + "/probe-link-out")
        symlink("/", scene.workspace + "/probe-folder-out")
        try scene.folder.write("workspace/probe-frame", Self.frame)
        doors = [try InnerDoors(in: scene.workspace), try InnerDoors(in: shown.path)]
        scene.giveAway()
        if geteuid() == 0, person == .ordinaryUser {
            _ = Command.run(["/bin/chown", "-R", "1000:1000", shown.path])
        }
        try ProbeTool.register(in: scene)
        let script = InstalledAgentbox.checkout + "/Tests/Escapes/naive-registry.py"
        let words = ["/usr/bin/python3", script, scene.folder("outside/door"), scene.workspace]
        let command = person.prefix + words + [scene.folder("outside/probe")]
        naive = try HelperProcess(program: command[0], Array(command.dropFirst()))
        guard try naive.line() == "ready" else { throw TestSupportError("the naive registry does not start") }
    }

    /// One call of each of two tools, any of the probe; no other tool.
    private static let rules = """
        - allow: "probe.*"
        - allow: fs.read
        - allow: fs.write
        - {allow: fs.list, budget: {calls: 1}}
        - {allow: fs.search, budget: {calls: 1}}
        """
    /// Reads like a line of the registry's.
    private static let frame = "{\"jsonrpc\":\"2.0\",\"id\":7,\"result\":{\"forged\":[]}}\n"

    /// Everything, in one place. What runs alone is left out.
    func attempts(in place: Place) throws -> [Attempt] {
        let all = ["files", "processes", "kernel", "network", "ipc", "terminal", "agent's box", "registry"]
        let plain = all.flatMap { ["--area", $0] }
        let resources = ["--area", "resources", "--destructive"]
        switch place {
        case .outside: return try outside(plain) + outside(resources)
        case .cold: return try cold(.pure, plain) + cold(.small, resources)
        case .template: return try template([(.pure, plain), (.small, resources)]).flatMap { $0 }
        case .agent: return try agent(plain) + agent(resources, options: ["--sandbox", "probe-small-agent"])
        }
    }

    /// What a file of the workspace holds now.
    func file(_ name: String) -> String? { scene.file(name) }

    // MARK: One place each

    /// The words that follow the probe's name.
    private func options(_ place: Place) -> [String] {
        let trail = String(scene.folder.path.split(separator: "/").last ?? "")
        let common = host.options + doors[0].options + ["--trail", trail, "--home", scene.home]
        let (socket, program) = ("/run/agentbox/registry.sock", "/run/agentbox/bin/agentbox")
        switch place {
        case .outside:
            return common + [
                "--control", "--workspace", scene.workspace, "--registry", scene.folder("outside/door"),
                "--program", scene.folder("outside/agentbox"),
            ]
        case .cold, .template: return common + ["--registry", socket, "--program", program]
        case .agent: return common + ["--workspace", shown.path, "--registry", socket, "--program", program]
        }
    }

    func outside(_ words: [String]) throws -> [Attempt] {
        let program = [scene.folder("outside/holder"), "--become", scene.folder("outside/probe")]
        return try parse(carelessly(scene.person.prefix + program + options(.outside) + words))
    }

    func cold(_ tool: ProbeTool, _ words: [String]) throws -> [Attempt] {
        let result = callCold(tool, words)
        guard let json = try? JSON(parsing: result.output) else { throw TestSupportError("\(result)") }
        return try Self.attempts(of: json)
    }

    /// True if calls have control groups here.
    func isGrouped() throws -> Bool {
        let outcome = try JSON(parsing: callCold(.small, ["--about"]).output)["outcome"]
        return outcome?["resources"]?["memoryBoundBy"] == "cgroup"
    }

    /// The call's result as it was printed.
    func callCold(_ tool: ProbeTool, _ words: [String]) -> Command.Result {
        let command = ["call", "--intent", scene.intent] + ProbeTool.folders(of: scene) + [tool.rawValue, "--json"]
        return carelessly(agentbox(command + [arguments(.cold, words)]))
    }

    /// Calls of one run, one after the other, each in a slot of a template.
    func template(_ calls: [(ProbeTool, [String])]) throws -> [[Attempt]] {
        var script = ""
        for (tool, words) in calls {
            // Until a template of this view stands and a call was served from it.
            script += """
                n=0; about='{"options":["--about"]}'
                until agentbox call \(tool.rawValue) --json "$about" | grep -q 'OfProc.*:2'; do
                    n=$((n+1)); test $n -lt 100 || exit 99
                done
                agentbox call \(tool.rawValue) --json \(Self.quoted(arguments(.template, words)))

                """
        }
        let result = run(["/bin/sh", "-c", script])
        let lines = result.output.split(separator: "\n")
        guard lines.count == calls.count else { throw TestSupportError("\(result)") }
        return try lines.map { try Self.attempts(of: try JSON(parsing: String($0))) }
    }

    func agent(_ words: [String], options more: [String] = []) throws -> [Attempt] {
        let program = [shown("holder"), "--become", shown("probe")]
        return try parse(run(program + options(.agent) + words, options: more))
    }

    /// `agentbox run` of an agent.
    func run(_ agent: [String], options: [String] = []) -> Command.Result {
        let shows = ["--read", shown.path] + ProbeTool.folders(of: scene)
        let words = ["run", scene.intent] + shows + options
        return carelessly(agentbox(words + ["--"] + agent), input: "/dev/null")
    }

    /// A run whose agent is a script, beside the test: `$SHOWN` is the folder that it is shown.
    func startRun(_ script: String, _ variables: [String: String]) throws -> BackgroundAgentbox {
        let all = variables.merging(["SHOWN": shown.path]) { $1 }.flatMap { ["--env", "\($0.key)=\($0.value)"] }
        let shows = ["--read", shown.path] + ProbeTool.folders(of: scene)
        let words = ["run", scene.intent] + shows + all
        return try BackgroundAgentbox(scene, words + ["--", "/bin/sh", "-c", script])
    }

    /// Puts a file where the agent sees it.
    func show(_ name: String) throws { try shown.write(name, "") }

    /// The command that runs an occupant of the host.
    func occupantOutside(_ mark: String) -> [String] {
        let words = ["--workspace", scene.workspace, "--occupy", "--trail", mark]
        return scene.person.prefix + [scene.folder("outside/probe")] + words
    }

    // MARK: Details

    func arguments(_ place: Place, _ words: [String]) -> String {
        let json: JSON = ["options": .array((options(place) + words).map(JSON.string))]
        return json.encodedString()
    }

    private func agentbox(_ words: [String]) -> [String] {
        scene.person.prefix + [InstalledAgentbox.shared.path] + words
    }

    /// Runs a command as a host does that leaves its doors open.
    ///
    /// - Parameter input: `agentbox run` refuses a folder (RunStreamsTests).
    private func carelessly(_ words: [String], input: String = "/") -> Command.Result {
        let environment = [
            "PATH": "/usr/bin:/bin", "AGENTBOX_HOME": scene.home, "LANG": "C.UTF-8", "HOME": "/root/agentbox-probe",
            "AGENTBOX_PROBE_SECRET": "1",
        ]
        let script = "exec \"$@\" 40</ <\(input)"
        let command = ["/bin/bash", "-c", script, "bash"] + words
        return Command.run(command, environment: environment, in: scene.folder.path)
    }

    private func parse(_ result: Command.Result) throws -> [Attempt] {
        guard !result.output.isEmpty else { throw TestSupportError("the probe did not run: \(result)") }
        return try result.output.split(separator: "\n").map { try Attempt(try JSON(parsing: String($0))) }
    }

    /// What the probe printed in a call.
    static func attempts(of result: JSON) throws -> [Attempt] {
        guard let output = result["outcome"]?["stdout"]?.stringValue, !output.isEmpty else {
            throw TestSupportError("the probe did not run: \(result.encodedString())")
        }
        return try output.split(separator: "\n").map { try Attempt(try JSON(parsing: String($0))) }
    }

    static func quoted(_ word: String) -> String { "'" + word.replacing("'", with: "'\\''") + "'" }
}
