import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("What a call leaves in place of its file is published as a file, or not at all")
struct LeavingTests {
    /// CVE-2017-9780 is of the first: a set-user file that a package's author chose was installed on the host.
    private static let kinds = [
        "set-user", "set-group", "writable-by-all", "link-out", "link-to-git", "fifo", "folder", "attribute",
    ]

    /// A file for each of them.
    private static func scene(_ person: Person) throws -> Scene {
        let scene = try Scene(person, rules: "- allow: \"probe.*\"", files: [".git/config": "[core]\n"])
        for kind in kinds { try scene.folder.write("workspace/dir/\(kind)", "before\n", mode: 0o644) }
        try Probe.copy(to: scene.folder, as: "probe")
        try ProbeTool.write("probe.write", in: scene, sandbox: "workspace-write", grants: "[{write: \"${args.path}\"}]")
        scene.giveAway()
        return scene
    }

    /// Kind, mode and marks of each file.
    private static func states(_ scene: Scene) -> [String: String] {
        let script = """
            import os, stat
            for name in os.listdir("dir"):
                status = os.lstat("dir/" + name)
                kind = "file" if stat.S_ISREG(status.st_mode) else "other"
                marks = os.listxattr("dir/" + name, follow_symlinks=False)
                print(name, kind, oct(stat.S_IMODE(status.st_mode))[2:], marks)
            """
        let lines = Command.run(["/usr/bin/python3", "-c", script], in: scene.workspace).output.split(separator: "\n")
        let words = lines.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return Dictionary(uniqueKeysWithValues: words.map { ($0[0], $0[1]) })
    }

    @Test("as the tool of a `write` grant", arguments: Person.possible)
    func leaves(person: Person) throws {
        let scene = try Self.scene(person)
        let folders = ["--tools", scene.folder("tools")]
        try ProbeTool.register(in: scene, ["probe.write"])
        let calls = Self.kinds.map { kind in
            let words = ["--leave-\(kind)", "/workspace/dir/\(kind)"]
            let arguments: JSON = ["options": .array(words.map(JSON.string)), "path": .string("dir/\(kind)")]
            return "agentbox call probe.write --json " + EscapeScene.quoted(arguments.encodedString())
        }
        let script = calls.joined(separator: "\n")
        let result = scene.agentbox(["run", scene.intent] + folders + ["--", "/bin/sh", "-c", script])
        let lines = result.output.split(separator: "\n")
        try #require(lines.count == Self.kinds.count, "\(result)")
        let states = Self.states(scene)
        for (kind, line) in zip(Self.kinds, lines) {
            let tried = try EscapeScene.attempts(of: try JSON(parsing: String(line))).first
            #expect(tried?.result == .succeeded, "the layer takes it: \(line)")
            let state = try #require(states[kind])
            // A file, without set-user and set-group, and without marks.
            #expect(state.wholeMatch(of: /file [0-7]{3} \[\]/) != nil, "\(kind) as \(person): \(state)")
        }
        #expect(scene.file(".git/config") == "[core]\n")
    }

    @Test("outside it is there", arguments: Person.possible)
    func control(person: Person) throws {
        let scene = try Self.scene(person)
        let before = Self.states(scene)
        for kind in Self.kinds {
            let words = [scene.folder("probe"), "--leave-\(kind)", scene.workspace + "/dir/\(kind)"]
            #expect(Command.run(person.prefix + words).output.contains("succeeded"))
        }
        let after = Self.states(scene)
        for kind in Self.kinds { #expect(after[kind] != before[kind], "\(kind)") }
    }
}
