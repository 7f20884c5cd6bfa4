import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox changes` says what was taken back, and when")
struct ChangesTests {
    private static func scene() throws -> Scene {
        let scene = try Scene(.possible[0], rules: "- allow: fs.write")
        _ = try scene.call("fs.write", ["path": "README.md", "content": "changed"])
        return scene
    }

    @Test("a name under which the run changed nothing is an error that names a near one")
    func unknown() throws {
        let scene = try Self.scene()
        let result = scene.agentbox(["changes", "undo", "READM.md"])
        #expect(result.status == 125, "\(result)")
        #expect(result.errorOutput.contains("changed nothing at `READM.md`"))
        #expect(result.errorOutput.contains("did you mean `README.md`?"))
        #expect(scene.file("README.md") == "changed")
        #expect(scene.agentbox(["changes", "undo", "./README.md"]).status == 0)
        #expect(scene.file("README.md") == "hello\n")
    }

    @Test("after an undo it says that, and when; a second undo has nothing to do and says why")
    func undone() throws {
        let scene = try Self.scene()
        #expect(!scene.agentbox(["changes", "show"]).errorOutput.contains("taken back"))
        #expect(scene.agentbox(["changes", "undo"]).status == 0)
        let time = try JSON(parsing: scene.agentbox(["changes", "show", "--json"]).output)["undone"]?[0]?["time"]
        let note = "taken back on \(try #require(time?.stringValue)): `README.md`"
        #expect(scene.agentbox(["changes", "show"]).errorOutput.contains(note))
        let again = scene.agentbox(["changes", "undo", "README.md"])
        #expect(again.status == 0 && again.errorOutput.contains(note), "\(again)")
        let unknown = scene.agentbox(["changes", "show", "--run", "none"])
        #expect(unknown.status == 125 && unknown.errorOutput.contains("the last runs are"), "\(unknown)")
    }
}
