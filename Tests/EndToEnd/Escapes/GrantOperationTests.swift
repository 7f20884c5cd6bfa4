import StrictJSON
import TestSupport
import Testing

@Suite("A grant lets through what its word says, operation by operation")
struct GrantOperationTests {
    private static let script = "#!/bin/true\n"

    /// A workspace, a file of the host beside it, and a tool with the grant.
    private static func scene(_ person: Person, _ grant: GrantOperations?) throws -> Scene {
        let scene = try Scene(
            person, rules: "- allow: \"probe.*\"",
            files: ["dir/named": script, "dir/sibling": script, "dir/sub/deeper": script, "elsewhere": script])
        for path in ["dir/named", "dir/sibling", "dir/sub/deeper", "elsewhere"] {
            try scene.folder.write("workspace/" + path, script, mode: 0o755)
        }
        try scene.folder.write("outside", script, mode: 0o755)
        try Probe.copy(to: scene.folder, as: "probe")
        if let grant {
            let grants = "[{\(grant.word): \"${args.path}\"}]"
            try ProbeTool.write(grant.tool, in: scene, sandbox: grant.profile, grants: grants)
        }
        scene.giveAway()
        return scene
    }

    private static func words(_ workspace: String, outside: String) -> [String] {
        OperationTarget.allCases.flatMap { target in
            [target.word, target.path.map { $0.isEmpty ? workspace : workspace + "/" + $0 } ?? outside]
        }
    }

    private static func defacing(_ workspace: String, outside: String) -> [String] {
        OperationTarget.files.compactMap(\.path).flatMap { ["--deface", workspace + "/" + $0] }
            + ["--deface", outside]
    }

    /// What came of each operation on each target, by their names.
    private static func results(_ output: String, _ words: [String]) throws -> [OperationTarget: [Attempt]] {
        let all = try output.split(separator: "\n").map { try Attempt(try JSON(parsing: String($0))) }
        let attempts = all.filter { $0.name != "deface" }
        var results: [OperationTarget: [Attempt]] = [:]
        for (index, target) in OperationTarget.allCases.enumerated() {
            results[target] = attempts.filter { $0.area == words[2 * index + 1] }
        }
        return results
    }

    @Test("outside every operation works on everything", arguments: Person.possible)
    func control(person: Person) throws {
        let scene = try Self.scene(person, nil)
        let words = Self.words(scene.workspace, outside: scene.folder("outside"))
        let run = Command.run(person.prefix + [scene.folder("probe")] + words)
        for (target, attempts) in try Self.results(run.output, words) {
            #expect(attempts.count == (target == .missing ? 1 : target.word == "--on-folder" ? 10 : 12))
            for attempt in attempts {
                #expect(attempt.result == .succeeded, "\(attempt.name) of \(target) as \(person): \(attempt.detail)")
            }
        }
    }

    @Test("and inside what the table says", arguments: GrantOperations.all, Person.possible)
    func grant(_ grant: GrantOperations, person: Person) throws {
        let scene = try Self.scene(person, grant)
        let before = Self.snapshot(scene)
        let folders = ["--tools", scene.folder("tools")]
        try ProbeTool.register(in: scene, [grant.tool])
        let outside = scene.folder("outside")
        let words = Self.words("/workspace", outside: outside)
        let all = words + Self.defacing("/workspace", outside: outside)
        let arguments: JSON = ["options": .array(all.map(JSON.string)), "path": .string(grant.path)]
        let result = try scene.call(grant.tool, arguments, options: folders)
        let output = try #require(result["outcome"]?["stdout"]?.stringValue, "\(result.encodedString())")
        for (target, attempts) in try Self.results(output, words) {
            #expect(!attempts.isEmpty)
            for attempt in attempts {
                let came = "\(attempt.result) \(attempt.detail)"
                let isOpen = attempt.result == .succeeded
                #expect(
                    isOpen == grant.isOpen(attempt.name, on: target),
                    "\(grant.word): \(attempt.name) of \(target) as \(person): \(came)")
            }
        }
        checkHost(scene, grant, before: before)
    }

    /// On the host are defaced the files that the grant covers; of all others not even a mode has changed.
    private func checkHost(_ scene: Scene, _ grant: GrantOperations, before: [String: String]) {
        let after = Self.snapshot(scene)
        let published = Set(grant.published.compactMap(\.path))
        for target in OperationTarget.files {
            guard let path = target.path else { continue }
            let isDefaced = scene.file(path) == "defaced\n"
            #expect(isDefaced == published.contains(path), "\(grant.word): \(path)")
        }
        for path in Set(before.keys).union(after.keys) where !published.contains(path) {
            #expect(before[path] == after[path], "\(grant.word): \(path)")
        }
        #expect(File.text(of: scene.folder("outside")) == Self.script)
    }

    /// Each name of the workspace, with its kind, mode, links, and for a file its time and size.
    private static func snapshot(_ scene: Scene) -> [String: String] {
        let script = "find . -type f -printf '%P\\t%y %m %n %T@ %s\\n' -o -printf '%P\\t%y %m\\n'"
        let lines = Command.run(["/bin/sh", "-c", script], in: scene.workspace).output.split(separator: "\n")
        let pairs = lines.map { $0.split(separator: "\t", omittingEmptySubsequences: false).map(String.init) }
        return Dictionary(uniqueKeysWithValues: pairs.map { ($0[0], $0[1]) })
    }
}
