import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("Control groups are where they can be, and gone with their run")
struct ControlGroupTests {
    /// Root on a host with version 1 has groups for certain.
    private static let areCertain =
        geteuid() == 0 && ["memory", "pids"].allSatisfy { access("/sys/fs/cgroup/\($0)/cgroup.procs", W_OK) == 0 }

    /// The groups of a run, by the process that made them; of all if there is none.
    private static func groups(of process: pid_t) -> [String] {
        Command.run(["/usr/bin/find", "/sys/fs/cgroup", "-type", "d", "-name", "agentbox-*-\(process)-*"]).output
            .split(separator: "\n").map(String.init)
    }

    /// A profile of calls and one of agents that require a group.
    private static func require(in scene: Scene) throws -> [String] {
        for (name, parent) in [("grouped", "build"), ("grouped-agent", "agent")] {
            try scene.folder.write(
                "profiles/\(name).yaml",
                """
                apiVersion: agentbox.dev/v1
                kind: Sandbox
                name: \(name)
                description: As \(parent), in a control group.
                extends: \(parent)
                isolation: [cgroup]
                """)
        }
        try scene.folder.write(
            "tools/grouped.run/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: grouped.run
            version: 1.0.0
            title: Run a script
            description: Runs a script in a control group.
            command: [/bin/sh, -c, "${args.script}"]
            input: argv
            inputSchema:
              {type: object, properties: {script: {type: string}}, required: [script], additionalProperties: false}
            sandbox: grouped
            """)
        scene.giveAway()
        let folders = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("profiles")]
        let registered = scene.agentbox(["tool", "register", "grouped.run"] + folders)
        #expect(registered.status == 0, "\(registered)")
        return folders
    }

    @Test("An outcome says what bound the memory", arguments: Person.possible)
    func outcome(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: \"*.run\"")
        let folders = try Self.require(in: scene)
        let plain = try scene.call("exec.run", ["argv": ["true"]], options: folders)["outcome"]?["resources"]
        let isGrouped = plain?["memoryBoundBy"] == "cgroup"
        #expect(isGrouped || plain?["memoryBoundBy"] == "process")
        #expect(isGrouped == (plain?["peakBytesTogether"] != nil))
        let doctor = try JSON(parsing: Array(scene.agentbox(["doctor", "--json"]).output.utf8))
        let layer = doctor["layers"]?.arrayValue?.first { $0["name"] == "cgroup" }
        #expect(isGrouped == (layer?["state"] == "enforced"), "\(doctor.encodedString())")
        let grouped = try scene.call("grouped.run", ["script": "true"], options: folders)["outcome"]
        if person == .root, Self.areCertain {
            #expect(isGrouped)
            #expect(grouped?["resources"]?["memoryBoundBy"] == "cgroup", "\(grouped?.encodedString() ?? "")")
            #expect(grouped?["resources"]?["peakBytesTogether"]?.integerValue ?? 0 > 0)
        } else if !isGrouped {
            #expect(grouped?["failure"]?["code"] == "layer-missing", "\(grouped?.encodedString() ?? "")")
        }
    }

    @Test("A call that fills its scratch is told apart from one that does not", arguments: Person.possible)
    func scratch(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: exec.run")
        for (bytes, isFull) in [(600 << 20, true), (1 << 20, false)] {
            let script = "head -c \(bytes) /dev/zero >/tmp/x"
            let outcome = try scene.call("exec.run", ["argv": ["sh", "-c", .string(script)]])["outcome"]
            let operations = outcome?["violations"]?.arrayValue?.compactMap { $0["operation"]?.stringValue } ?? []
            #expect(operations.contains("scratch") == isFull, "\(outcome?.encodedString() ?? "")")
        }
    }

    @Test("A run takes its groups with it, and those of one that was killed go with the next", .enabled(if: areCertain))
    func recovery() throws {
        let scene = try Scene(.root, rules: "- allow: \"*.run\"")
        let folders = try Self.require(in: scene)
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent] + folders
                + ["--sandbox", "grouped-agent", "--", "/bin/sh", "-c", "echo started; sleep 1000"],
            as: .root, home: scene.home)
        let killed = try HelperProcess(program: words[0], Array(words.dropFirst()))
        while let line = try killed.line(), line != "started" {}
        #expect(!Self.groups(of: killed.identifier).isEmpty)
        killed.kill()
        // Its agentbox-init sees that and goes; a group with somebody in it is not removed, and the next run tries.
        var rounds = 0
        while !Self.groups(of: killed.identifier).isEmpty, rounds < 10 {
            let next = InstalledAgentbox.shared.command(
                ["call", "--intent", scene.intent] + folders + ["grouped.run", "--json", #"{"script":"true"}"#],
                as: .root, home: scene.home)
            let ordinary = try HelperProcess(program: next[0], Array(next.dropFirst()))
            _ = try ordinary.lines()
            #expect(ordinary.wait() == 0)
            #expect(Self.groups(of: ordinary.identifier).isEmpty)
            rounds += 1
        }
        #expect((1..<10).contains(rounds))
    }
}
