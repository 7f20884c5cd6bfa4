import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A rule about paths binds the git tools, which read names by rules of their own")
struct GitPathTests {
    /// A repository in which `Secret/link/../f` is `Sources/f` to the kernel and `Secret/f` to git.
    private static func scene(_ person: Person) throws -> Scene {
        let scene = try Scene(
            person,
            rules: """
                - allow: git.log
                  args: {path: {under: [Sources]}}
                - allow: git.diff
                  args: {path: {under: [Sources]}}
                - allow: git.commit
                  args: {paths: {each: {under: [Sources]}}}
                """,
            files: [
                "Sources/f": "open\n", "Sources/deep/x": "x\n", "Sources/gone": "gone\n", "Secret/f": "secret one\n",
            ])
        let identity = "-c user.name=A -c user.email=a@example.com"
        let script = """
            ln -s ../Sources/deep Secret/link; ln -s ../Sources/f Secret/last; ln -s ../Sources/deep Sources/deeper
            git init -q -b main . && git add --all && git \(identity) commit -qm first
            echo 'secret two' > Secret/f; echo 'open two' > Sources/f
            git rm -q Sources/gone && git \(identity) commit -qm 'removed gone' Sources/gone
            """
        let made = scene.shell(script)
        try #require(made.status == 0, "\(made.errorOutput)")
        scene.giveAway()
        return scene
    }

    static let attacks = [
        "Secret/link/../f", "Secret/last", "Secret//f", "Sources/../Secret/f", "Sources/deeper/../../Secret/f",
    ]

    @Test("What it would read elsewhere is denied, and plain names work", arguments: Person.possible)
    func bound(person: Person) throws {
        let scene = try Self.scene(person)
        for path in Self.attacks {
            for tool in ["git.log", "git.diff"] {
                let result = try scene.call(tool, ["path": .string(path)])
                #expect(result["decision"] == "deny", "\(tool) \(path): \(result.encodedString())")
            }
            let result = try scene.call("git.commit", ["message": "taken", "paths": [.string(path)]])
            #expect(result["decision"] == "deny", "\(path): \(result.encodedString())")
        }
        let explained = scene.agentbox(["intent", "explain", scene.intent, "git.diff", "path=Secret/link/../f"])
        #expect(explained.output.contains("plain name"), "\(explained)")

        // Positive control.
        let diff = try scene.call("git.diff", ["path": "Sources/f"])
        let patch = try #require(diff["outcome"]?["structured"]?["patch"]?.stringValue, "\(diff.encodedString())")
        #expect(patch.contains("+open two") && !patch.contains("secret"))
        let log = try scene.call("git.log", ["path": "/workspace/Sources/gone"])
        #expect(log["outcome"]?["structured"]?["commits"]?[0]?["message"] == "removed gone", "\(log.encodedString())")
        let commit = try scene.call("git.commit", ["message": "second", "paths": ["Sources/f"]])
        #expect(commit["outcome"]?["status"] == "succeeded", "\(commit.encodedString())")
        let status = Command.run(
            ["/usr/bin/git", "-c", "safe.directory=*", "status", "--porcelain"], in: scene.workspace)
        #expect(status.output == " M Secret/f\n", "\(status)")
    }
}
