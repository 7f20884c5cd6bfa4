import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

/// A kernel that lacks something, made from outside by `Tests/Tiers/launcher`.
private struct Tier: Sendable, CustomTestStringConvertible {
    let options: [String]
    /// The layer that doctor finds missing, and that the refusal names.
    let layer: String
    /// A piece of the remedy.
    let remedy: String

    var testDescription: String { options.joined(separator: " ") }

    static let lacking: [Tier] = [
        Tier(options: ["--landlock", "0"], layer: "landlock", remedy: "CONFIG_SECURITY_LANDLOCK"),
        Tier(options: ["--landlock", "off"], layer: "landlock", remedy: "lsm=landlock"),
        Tier(options: ["--deny", "user-namespaces"], layer: "namespaces", remedy: "allow user namespaces"),
        Tier(options: ["--deny", "mount"], layer: "namespaces", remedy: "allow user namespaces"),
        Tier(options: ["--deny", "seccomp"], layer: "seccomp", remedy: "no outer filter refuses"),
        // Docker's own defaults have both.
        Tier(
            options: ["--deny", "user-namespaces", "--deny", "mount"], layer: "namespaces", remedy: "in Docker"),
    ]
}

@Suite("On a kernel that lacks a layer calls are refused, and never run with less")
struct TierTests {
    /// Runs agentbox under the launcher.
    private static func agentbox(
        _ words: [String], _ options: [String], _ scene: Scene
    ) throws -> Command.Result {
        let launcher = try HelperProcess.built("tier-launcher")
        return Command.run(
            [launcher] + options + ["--"]
                + InstalledAgentbox.shared.command(words, as: scene.person, home: scene.home), in: scene.folder.path)
    }

    private static func write(_ options: [String], _ scene: Scene, profiles: [String] = []) throws -> Command.Result {
        let call = ["fs.write", "--json", #"{"path": "new.txt", "content": "x"}"#]
        return try agentbox(["call", "--intent", scene.intent] + profiles + call, options, scene)
    }

    private static let cases = Person.possible.flatMap { person in Tier.lacking.map { (person, $0) } }

    @Test("a call is refused with the layer and the remedy, and nothing has happened", arguments: cases)
    private func refusal(_ person: Person, _ tier: Tier) throws {
        let scene = try Scene(person, rules: "- allow: fs.write")
        let result = try Self.write(tier.options, scene)
        #expect(result.status == 125, "\(result)")
        let outcome = try #require(try JSON(parsing: result.output)["outcome"], "\(result)")
        #expect(outcome["status"] == "failed")
        let message = outcome["failure"]?["message"]?.stringValue ?? ""
        #expect(message.contains("`\(tier.layer)`") && message.contains(tier.remedy), "\(message)")
        #expect(scene.file("new.txt") == nil)
        #expect(outcome["stdout"]?.stringValue == nil && outcome["exit"]?.isNull != false)
        // Positive control: the same call under the same launcher, with nothing missing.
        #expect(try Self.write(["--landlock", "7"], scene).status == 0)
        #expect(scene.file("new.txt") == "x")
    }

    @Test("doctor finds it, says what is lost and how to get it, and ends with 1", arguments: cases)
    private func doctor(_ person: Person, _ tier: Tier) throws {
        let scene = try Scene(person, rules: "- allow: fs.write")
        let result = try Self.agentbox(["doctor", "--json"], tier.options, scene)
        #expect(result.status == 1, "\(result)")
        let json = try JSON(parsing: result.output)
        #expect(json["usable"] == false && json["filtered"] == true)
        let missing = json["layers"]?.arrayValue?.filter { $0["state"] == "missing" } ?? []
        let layer = try #require(missing.first { $0["name"]?.stringValue?.hasPrefix(tier.layer) == true }, "\(result)")
        #expect(layer["remedy"]?.stringValue?.contains(tier.remedy) == true, "\(layer)")
        #expect(layer["lost"]?.stringValue?.isEmpty == false)
        let text = try Self.agentbox(["doctor"], tier.options, scene).output
        #expect(text.contains("without it: ") && text.contains("to get it: "), "\(text)")
        #expect(text.contains("under a filter of somebody else's"))
    }

    @Test("a call runs under each ABI of Landlock, and doctor counts what it can refuse", arguments: 1...7)
    func older(_ abi: Int) throws {
        let options = ["--landlock", String(abi)]
        for person in Person.possible {
            let scene = try Scene(person, rules: "- allow: fs.write")
            #expect(try Self.write(options, scene).status == 0)
            #expect(scene.file("new.txt") == "x")
            let json = try JSON(parsing: try Self.agentbox(["doctor", "--json"], options, scene).output)
            let layers = json["layers"]?.arrayValue?.filter { $0["name"]?.stringValue?.hasPrefix("landlock") == true }
            #expect(layers?.filter { $0["state"] == "enforced" }.count == abi)
            #expect(layers?.filter { $0["state"] == "optional" }.count == 7 - abi)
        }
    }

    @Test("a profile that asks for an ABI is refused below it, and runs from it on")
    func asked() throws {
        let scene = try Scene(.possible[0], rules: "- allow: strict.write")
        try scene.folder.write(
            "sandboxes/strict.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: strict
            description: Needs scopes.
            extends: script
            landlock: {abi: 6}

            """)
        try scene.folder.write(
            "tools/strict.write/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: strict.write
            version: 1.0.0
            title: Say hello
            description: Says hello.
            command: [./run]
            inputSchema: {type: object, properties: {}, additionalProperties: false}
            annotations: {readOnly: true, destructive: false, idempotent: true, openWorld: false}
            sandbox: strict
            limits: {time: 10s, memory: 256MiB, output: 1MiB}

            """)
        try scene.folder.write("tools/strict.write/run", "#!/bin/sh\necho hello\n", mode: 0o755)
        scene.giveAway()
        let folders = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
        let register = scene.agentbox(["tool", "register", "strict.write"] + folders)
        #expect(register.status == 0, "\(register)")
        func call(_ abi: String) throws -> Command.Result {
            try Self.agentbox(
                ["call", "--intent", scene.intent, "strict.write", "--json", "{}"], ["--landlock", abi], scene)
        }
        let refused = try call("5")
        #expect(refused.status == 125 && refused.output.contains("requires Landlock with ABI 6"), "\(refused)")
        #expect(!refused.output.contains("hello") && refused.output.contains("boot Linux 6.12 or later"))
        let runs = try call("6")
        #expect(runs.status == 0 && runs.output.contains("hello"), "\(runs)")
    }

    @Test("the launcher does what it says: without it nothing is missing, and it fails on words that it does not know")
    func launcher() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.write")
        #expect(scene.agentbox(["doctor"]).status == 0)
        #expect(try Self.agentbox(["doctor"], ["--landlock", "8"], scene).status == 125)
        let launcher = try HelperProcess.built("tier-launcher")
        // A right of ABI 5 (requests to devices), as an older kernel answers to it: EINVAL, 22.
        let ask = """
            import ctypes, struct
            libc = ctypes.CDLL(None, use_errno=True)
            print(libc.syscall(444, struct.pack('Q', 0x8000), 8, 0) >= 0, ctypes.get_errno())
            """
        for (abi, answer) in [("4", "False 22\n"), ("5", "True 0\n"), ("0", "False 38\n"), ("off", "False 95\n")] {
            let python = ["/usr/bin/env", "-i", "/usr/bin/python3", "-c", ask]
            #expect(Command.run([launcher, "--landlock", abi, "--"] + python).output == answer, "ABI \(abi)")
        }
        let shell = [launcher, "--deny", "user-namespaces", "--", "/usr/bin/unshare", "--user", "true"]
        #expect(Command.run(shell).errorOutput.contains("Operation not permitted"))
        #expect(Command.run([launcher, "--landlock", "7", "--", "/usr/bin/unshare", "--user", "true"]).status == 0)
    }
}
