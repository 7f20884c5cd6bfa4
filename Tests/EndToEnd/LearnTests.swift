import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("`sandbox learn` writes the narrowest profile under which a command runs")
struct LearnTests {
    private static let files = [
        "a.c": "int main(void) { return 0; }\n", "t.csv": "1,2\n",
        "main.py": "import json, threading\nprint(json.dumps(1))\n",
    ]

    /// Commands of the five programs that profiles ship for; each is tried under a profile learned from itself, and
    /// under the one that ships.
    static let commands: [(program: String, profile: String, words: [String])] = [
        ("git", "learned-git", ["git", "--version"]),
        ("python3", "learned-python", ["/usr/bin/python3", "main.py"]),
        ("curl", "learned-curl", ["curl", "-sS", "file:///workspace/t.csv"]),
        ("sqlite3", "learned-sqlite3", ["sqlite3", ":memory:", "create table t(a); select count(*) from t"]),
        ("gcc", "learned-gcc", ["gcc", "-o", "/tmp/a", "a.c"]),
    ]

    @Test("the same command runs under what was learned from it", arguments: Person.possible, commands)
    func learns(person: Person, command: (program: String, profile: String, words: [String])) throws {
        let scene = try Scene(person, rules: "- allow: fs.read", files: Self.files)
        let learn = ["sandbox", "learn", "--workspace", scene.workspace]
        let result = scene.agentbox(learn + ["--name", "mine", "--output", "mine.yaml", "--"] + command.words)
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("is refused no more than watched"), "\(result)")
        #expect(scene.agentbox(["sandbox", "check", "mine.yaml"]).status == 0)
        let again = scene.agentbox(learn + ["--output", "mine.yaml", "--"] + command.words)
        #expect(again.status != 0 && again.errorOutput.contains("exists"), "what exists is never replaced: \(again)")
    }

    @Test("the profiles that ship run what they were learned from, and nothing else", arguments: commands)
    func ships(command: (program: String, profile: String, words: [String])) throws {
        let scene = try Scene(.possible[0], rules: "- allow: \"try.*\"", files: Self.files)
        let program = try #require(Self.path(of: command.words[0]))
        try Self.write("good", [program] + command.words.dropFirst(), command.profile, to: scene)
        try Self.write("bad", ["/usr/bin/perl", "-e", "print 1"], command.profile, to: scene)
        try Self.write("shell", ["/bin/sh", "-c", "exec /usr/bin/id"], command.profile, to: scene)
        scene.giveAway()
        for tool in ["try.good", "try.bad", "try.shell"] {
            #expect(scene.agentbox(["tool", "register", tool, "--tools", scene.folder("tools")]).status == 0)
        }
        let good = try scene.call("try.good", ["path": "."], options: ["--tools", scene.folder("tools")])
        #expect(good["outcome"]?["exit"] == 0, "\(good.encodedString())")
        let shell = try scene.call("try.shell", ["path": "."], options: ["--tools", scene.folder("tools")])
        #expect(shell["outcome"]?["exit"] != 0, "\(shell.encodedString())")
    }

    private static func path(of program: String) -> String? {
        if program.hasPrefix("/") { return program }
        return ["/usr/bin/", "/bin/"].map { $0 + program }.first { access($0, X_OK) == 0 }
    }

    private static func write(_ name: String, _ words: [String], _ profile: String, to scene: Scene) throws {
        let command = JSON.array(words.map { .string($0) }).encodedString()
        try scene.folder.write(
            "tools/try.\(name)/tool.yaml",
            """
            apiVersion: agentbox.dev/v1
            kind: Tool
            name: try.\(name)
            version: 1.0.0
            title: Try a profile
            description: Runs a program under a profile that was learned.
            command: \(command)
            input: argv
            inputSchema: {type: object, properties: {path: {type: string}}, required: [path], additionalProperties: false}
            sandbox: \(profile)
            grants:
              - readUnder: "${args.path}"
            limits: {time: 30s}
            """)
    }

    @Test("a tool's profile is learned from its calls, with the grants that it has")
    func tool() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: Self.files)
        try scene.folder.write(
            "calls.jsonl", "{\"pattern\": \"main\"}\n{\"tool\": \"fs.search\", \"args\": {\"pattern\": \"x\"}}\n")
        scene.giveAway()
        let result = scene.agentbox([
            "sandbox", "learn", "--tool", "fs.search", "--calls", "calls.jsonl", "--workspace", scene.workspace,
            "--json",
        ])
        #expect(result.status == 0, "\(result)")
        let json = try JSON(parsing: result.output)
        #expect(json["holds"] == true && json["current"] == "workspace-read")
        #expect(json["profile"]?.stringValue?.contains("workspace: granted") == true)
        #expect(json["difference"]?.arrayValue?.contains { $0["change"] == "remove" } == true)
        // Ours are static.
        #expect(json["environment"]?["unknown"]?["/run/agentbox/observed"] != nil, "\(json.encodedString())")
        let missing = scene.agentbox(["sandbox", "learn", "--tool", "fs.search", "--calls", "none.jsonl"])
        #expect(missing.status == 125 && missing.errorOutput.contains("none.jsonl"), "\(missing)")
    }

    @Test("what it reads of its environment is told, and what cannot be known", arguments: Person.possible)
    func environment(person: Person) throws {
        let scene = try Scene(person, rules: "- allow: fs.read", files: Self.files)
        try scene.folder.write(
            "reads.c",
            """
            #include <stdlib.h>
            int main(void) { return getenv("TZ") == 0 && getenv("EDITOR") == 0 ? 0 : 1; }
            """)
        for (name, option) in [("reads", "-pie"), ("fixed", "-static")] {
            let source = scene.folder("reads.c")
            let made = Command.run(["/usr/bin/gcc", option, "-o", scene.workspace + "/" + name, source])
            try #require(made.status == 0, "\(made)")
        }
        scene.giveAway()
        func learn(_ words: [String]) throws -> JSON {
            let learn = ["sandbox", "learn", "--workspace", scene.workspace, "--json", "--"]
            return try JSON(parsing: scene.agentbox(learn + words, environment: ["EDITOR": "vi"]).output)
        }
        let reads = try learn([scene.workspace + "/reads"])
        let found = try #require(reads["environment"], "\(reads.encodedString())")
        let names = (found["read"]?.arrayValue ?? []).compactMap { $0["name"]?.stringValue }
        #expect(
            names == ["EDITOR", "TZ"] && found["whole"] == [] && found["unknown"] == [:], "\(found.encodedString())")
        #expect(found["incomplete"] == false && reads["end"] == "exit status 0")
        #expect(reads["profile"]?.stringValue?.contains("pass: [TZ]") == true)
        let fixed = try learn([scene.workspace + "/fixed"])
        #expect(fixed["environment"]?["unknown"]?["/workspace/fixed"] != nil, "\(fixed.encodedString())")
        #expect(fixed["profile"]?.stringValue?.contains("pass: [LANG, LC_ALL, TZ]") == true)
        let shell = try learn(["/bin/sh", "-c", "true"])
        #expect(shell["environment"]?["whole"]?.arrayValue?.isEmpty == false)
        let text = scene.agentbox(
            ["sandbox", "learn", "--workspace", scene.workspace, "--", scene.workspace + "/reads"],
            environment: ["EDITOR": "vi"])
        #expect(text.output.contains("asked for EDITOR (/workspace/reads), which is set here"), "\(text)")
    }

    @Test("names of the box are not opened on the host: a FIFO of that name there holds nobody up")
    func names() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: Self.files)
        let name = "/tmp/agentbox-test-\(UInt64.random(in: 0..<UInt64.max))"
        #expect(mkfifo(name, 0o644) == 0)
        defer { unlink(name) }
        // The control: whoever opens it for reading waits for a writer.
        #expect(Command.run(["/usr/bin/timeout", "-s", "KILL", "0.2", "/bin/cat", name]).status == 137)
        let words = InstalledAgentbox.shared.command(
            [
                "sandbox", "learn", "--workspace", scene.workspace, "--", "/bin/sh", "-c",
                "cp /bin/true \(name); \(name)",
            ], as: scene.person, home: scene.home)
        let result = Command.run(["/usr/bin/timeout", "-s", "KILL", "120"] + words)
        #expect(result.status == 0 && result.output.contains("is refused no more than watched"), "\(result)")
    }

    @Test("a script of the workspace is learned, and a failure is said to be one")
    func script() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: Self.files)
        try scene.folder.write("workspace/run.sh", "#!/bin/sh\ncat t.csv; test \"$1\" = good\n", mode: 0o755)
        scene.giveAway()
        let learn = ["sandbox", "learn", "--workspace", scene.workspace, "--json", "--", scene.workspace + "/run.sh"]
        let good = try JSON(parsing: scene.agentbox(learn + ["good"]).output)
        #expect(good["end"] == "exit status 0" && good["failed"] == false, "\(good.encodedString())")
        #expect(good["profile"]?.stringValue?.contains("workspace: all") == true)
        let bad = scene.agentbox(learn.filter { $0 != "--json" } + ["bad"])
        #expect(bad.output.contains("it failed while it was watched"), "\(bad)")
    }

    @Test("a command that changes the workspace changes a copy")
    func changesNothing() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: Self.files)
        let script = "echo changed >t.csv; rm a.c; echo new >new.txt"
        let result = scene.agentbox(["sandbox", "learn", "--workspace", scene.workspace, "--", "/bin/sh", "-c", script])
        #expect(result.status == 0, "\(result)")
        #expect(result.output.contains("filesystem.grants: writeUnder"), "\(result)")
        #expect(scene.file("t.csv") == "1,2\n" && scene.file("a.c") != nil && scene.file("new.txt") == nil)
    }
}
