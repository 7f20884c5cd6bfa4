import Glibc
import StrictJSON
import TestSupport
import Testing

/// CVE-2018-15664 (docker cp) and CVE-2021-25741 (subPath volumes): the path is looked at, then a folder in it is
/// exchanged for a link, and then the path is used.
@Suite("A path that changes while it is resolved never leads out of the workspace")
struct ExchangeTests {
    private static let tries = 30

    private static func scene(_ person: Person) throws -> Scene {
        let scene = try Scene(
            person, rules: "- allow: fs.read\n- allow: fs.write", files: ["swap/file": "of the workspace\n"])
        try scene.folder.write("outside/file", "content of the host\n")
        try Probe.copy(to: scene.folder, as: "probe")
        symlink(scene.folder("outside"), scene.workspace + "/other")
        scene.giveAway()
        return scene
    }

    /// Exchanges the folder and the link, again and again.
    private static func exchanger(_ scene: Scene) throws -> HelperProcess {
        let words = [scene.folder("probe"), "--exchange", scene.workspace + "/swap", scene.workspace + "/other"]
        return try HelperProcess(program: words[0], Array(words.dropFirst()))
    }

    @Test("as the arguments of calls in a run", arguments: Person.possible)
    func exchange(person: Person) throws {
        let scene = try Self.scene(person)
        let exchanger = try Self.exchanger(scene)
        let script = """
            for n in $(seq \(Self.tries)); do
                agentbox call fs.read path=swap/file; agentbox call fs.write path=swap/made-$n content=x
            done
            """
        let result = scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", script])
        exchanger.kill()
        #expect(!result.output.contains("content of the host"), "\(result)")
        // The race was run: some calls met the folder, and some the link.
        #expect(result.output.contains("of the workspace"), "\(result)")
        #expect(result.errorOutput.contains("denied"), "\(result)")
        let outside = Command.run(["/bin/ls", scene.folder("outside")]).output
        #expect(outside == "file\n", "written outside: \(outside)")
    }

    @Test("outside such a path leads out", arguments: Person.possible)
    func control(person: Person) throws {
        let scene = try Self.scene(person)
        let exchanger = try Self.exchanger(scene)
        let script = "for n in $(seq 300); do cat swap/file; done 2>/dev/null"
        let result = Command.run(person.prefix + ["/bin/sh", "-c", script], in: scene.workspace)
        exchanger.kill()
        #expect(result.output.contains("content of the host") && result.output.contains("of the workspace"))
    }
}
