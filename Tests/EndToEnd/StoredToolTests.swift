import StrictJSON
import TestSupport
import Testing

@Suite("A registered tool is found in the store, wherever its source is")
struct StoredToolTests {
    private static func scene(registered: Bool = true) throws -> Scene {
        let scene = try Scene(.possible[0], rules: "- allow: shout")
        #expect(scene.agentbox(["tool", "new", "shout"]).status == 0)
        if registered {
            #expect(scene.agentbox(["tool", "register", "shout", "--tools", scene.folder.path]).status == 0)
        }
        return scene
    }

    @Test("it is called, listed, shown and explained without its folder, and what runs is what was registered")
    func found() throws {
        let scene = try Self.scene()
        try scene.folder.write("shout/main.sh", "#!/bin/sh\necho tampered\n", mode: 0o755)
        let call = scene.agentbox(["call", "--intent", scene.intent, "shout", "path=README.md"])
        #expect(call.status == 0 && call.output == "HELLO\n", "\(call)")
        let inside = scene.agentbox(
            ["run", scene.intent, "--", "/bin/sh", "-c", "agentbox call shout path=README.md"])
        #expect(inside.output == "HELLO\n", "\(inside)")
        #expect(scene.agentbox(["tool", "list"]).output.contains("shout"))
        let shown = try JSON(parsing: scene.agentbox(["tool", "show", "shout", "--json"]).output)
        #expect(shown["manifest"]?["name"] == "shout" && shown["registered"]?.isNull == false)
        #expect(scene.agentbox(["intent", "explain", scene.intent, "shout", "path=README.md"]).status == 0)
        #expect(scene.agentbox(["intent", "check", scene.intent]).status == 0)
    }

    @Test("with its folder named the source is compared, as ever")
    func source() throws {
        let scene = try Self.scene()
        try scene.folder.write("shout/main.sh", "#!/bin/sh\necho tampered\n", mode: 0o755)
        let call = ["call", "--intent", scene.intent, "--tools", scene.folder.path, "shout", "path=README.md"]
        #expect(scene.agentbox(call).errorOutput.contains("changed since it was registered"))
    }

    @Test("one that was never registered is not there")
    func unregistered() throws {
        let scene = try Self.scene(registered: false)
        let call = scene.agentbox(["call", "--intent", scene.intent, "shout", "path=README.md"])
        #expect(call.status == 125 && call.errorOutput.contains("there is no tool `shout`"), "\(call)")
    }

    @Test("a manifest that was changed in the store is refused")
    func damaged() throws {
        let scene = try Self.scene()
        let damage = scene.script(
            """
            file=$(grep -l '"name":"shout"' home/store/tools/*/manifest.json)
            chmod u+w "$file"; sed -i 's/in capitals/in whispers/' "$file"
            """)
        #expect(damage.status == 0, "\(damage)")
        let call = scene.agentbox(["call", "--intent", scene.intent, "shout", "path=README.md"])
        #expect(call.status == 125 && call.errorOutput.contains("is damaged"), "\(call)")
        let list = scene.agentbox(["tool", "list"])
        #expect(list.output.contains("fs.read") && list.errorOutput.contains("`shout` is damaged"), "\(list)")
    }
}
