import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("What a call did is on record, however much it was")
struct LargeCallTests {
    /// A tool that makes as many files as it is asked for, with names as long as names can be.
    private static func scene(_ person: Person) throws -> (Scene, [String]) {
        let scene = try Scene(person, rules: "- allow: many")
        try scene.folder.folder("workspace/out")
        try scene.folder.write(
            "tools/many/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: many
            version: 1.0.0
            description: Makes files.
            command: [./many.sh, "${args.count}", "${args.grant}"]
            input: argv
            inputSchema:
              type: object
              properties:
                count: {type: integer}
                grant: {type: string}
                spare: {type: array, items: {type: string}}
              required: [count, grant]
              additionalProperties: false
            sandbox: many
            grants: [{writeUnder: "${args.grant}"}, {write: "${args.spare}"}]
            limits: {time: 30s}
            """)
        try scene.folder.write(
            "tools/many/many.sh",
            """
            #!/bin/sh
            n=$(printf '%0240d' 0)
            mkdir out/$n out/$n/$n out/$n/$n/$n
            i=0
            while [ $i -lt $1 ]; do : > out/$n/$n/$n/$i-$n; i=$((i+1)); done

            """, mode: 0o755)
        try scene.folder.write(
            "sandboxes/many.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Sandbox
            name: many
            description: A shell that writes.
            extends: workspace-write
            filesystem: {exec: [/usr/bin, /bin], workspace: all, grants: [read, write, writeUnder]}
            limits: {processes: 16}
            """)
        scene.giveAway()
        let folders = ["--tools", scene.folder("tools"), "--sandboxes", scene.folder("sandboxes")]
        let registered = scene.agentbox(["tool", "register", "many"] + folders)
        try #require(registered.status == 0, "\(registered)")
        return (scene, folders)
    }

    @Test("90 published files with names of a kilobyte: the call's end and the run's end are recorded")
    func published() throws {
        let (scene, folders) = try Self.scene(.possible[0])
        let result = try scene.call("many", ["count": 90, "grant": "out"], options: folders)
        #expect(result["outcome"]?["status"] == "succeeded", "\(result.encodedString().prefix(3000))")
        let run = try #require(try scene.runs().last)
        let ended = try #require(run["calls"]?[0]?["ended"]?["outcome"], "\(run.encodedString().prefix(3000))")
        #expect(ended["status"] == "succeeded" && ended["end"] == "done")
        let listed = ended["changes"]?.arrayValue?.count ?? 0
        #expect(listed > 0 && Int64(listed) + (ended["changesOmitted"]?.integerValue ?? 0) == 93)
        #expect(run["ended"] != nil)
        // `run` lists the changes of the whole run in its last entry.
        let words = ["run", scene.intent] + folders + ["--", "/bin/sh", "-c", "agentbox call many count=91 grant=out"]
        _ = Command.run(["/bin/sh", "-c", "rm -rf \(scene.workspace)/out/*"])
        let whole = scene.agentbox(words)
        #expect(whole.status == 0, "\(whole)")
        let last = try #require(try scene.runs().last)
        #expect(last["ended"] != nil && last["outcome"]?["exit"] == 0)
        #expect((last["outcome"]?["changesOmitted"]?.integerValue ?? 0) > 0)
        #expect(last["calls"]?[0]?["ended"]?["outcome"]?["status"] == "succeeded")
    }

    @Test("Grants that are longer than an entry are recorded whole all the same, beside the log")
    func grants() throws {
        let (scene, folders) = try Self.scene(.possible[0])
        let long = String(repeating: "a", count: 240)
        let spare = (0..<120).map { JSON.string("out/\($0)-\(long)") }
        let result = try scene.call(
            "many", ["count": 0, "grant": "out", "spare": .array(spare)], options: folders)
        #expect(result["decision"] == "allow", "\(result.encodedString().prefix(3000))")
        let call = try #require(try scene.runs().last?["calls"]?[0])
        #expect(call["decided"]?["grants"]?.arrayValue?.count == 121)
        #expect(call["decided"]?["arguments"]?["value"]?["spare"]?.arrayValue?.count == 120)
        #expect(call["ended"]?["outcome"]?["end"] == "done")
    }

    @Test("Positive control: few grants are recorded as they are")
    func fewGrants() throws {
        let (scene, folders) = try Self.scene(.possible[0])
        _ = try scene.call("many", ["count": 0, "grant": "out", "spare": ["out/a"]], options: folders)
        let call = try #require(try scene.runs().last?["calls"]?[0])
        #expect(call["decided"]?["grants"] == [["writeUnder": "out"], ["write": "out/a"]])
    }

    @Test("A denial with more to say than an entry holds is on record")
    func denials() throws {
        // Near misses are all reported, and each of these names folders whose names are long.
        let paths = (0..<60).map { "\(String(repeating: "p", count: 200))\($0)" }.joined(separator: ", ")
        let rules = (0..<20).map { _ in "- allow: fs.read\n  args: {path: {under: [\(paths)]}}" }
        let scene = try Scene(.possible[0], rules: rules.joined(separator: "\n"))
        let result = try scene.call("fs.read", ["path": "README.md"])
        #expect(result["decision"] == "deny", "\(result.encodedString().prefix(3000))")
        #expect(result["ledgerIndex"]?.integerValue != nil)
        let call = try #require(try scene.runs().last?["calls"]?[0])
        #expect(call["decided"]?["decision"]?["code"] == "no-rule")
    }

    @Test("A run whose end cannot be recorded says so, and its agent's exit status stays")
    func lostEnd() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let shown = try scene.folder.folder("shown")
        let agent = "until test -e \(shown)/go; do :; done; exit 7"
        let words = InstalledAgentbox.shared.command(
            ["run", scene.intent, "--read", shown, "--", "/bin/sh", "-c", agent], as: scene.person, home: scene.home)
        // Somebody cuts the ledger off while the run goes on.
        let script = """
            "$@" & log=\(scene.home)/ledger/log
            until grep -q run-started $log 2>/dev/null; do :; done
            truncate -s 100 $log; : > \(shown)/go; wait $!
            """
        let result = Command.run(["/bin/sh", "-c", script, "sh"] + words)
        #expect(result.status == 7, "\(result)")
        #expect(result.errorOutput.contains("is not on record"), "\(result)")
        // Positive control.
        let other = try Scene(.possible[0], rules: "- allow: fs.read")
        let ended = other.agentbox(["run", other.intent, "--", "/bin/sh", "-c", "exit 7"])
        #expect(ended.status == 7 && !ended.errorOutput.contains("is not on record"), "\(ended)")
    }

    @Test("Positive control: of a few files each is listed")
    func few() throws {
        let (scene, folders) = try Self.scene(.possible[0])
        _ = try scene.call("many", ["count": 2, "grant": "out"], options: folders)
        let ended = try #require(try scene.runs().last?["calls"]?[0]?["ended"]?["outcome"])
        #expect(ended["changes"]?.arrayValue?.count == 5 && ended["changesOmitted"] == nil)
    }
}
