import StrictJSON
import TestSupport
import Testing

@Suite("What a person reads obeys nobody's escape sequences")
struct VisibleOutputTests {
    private static let escape = "\u{1B}[2J\u{202E}"

    @Test("The name of a file is shown, not obeyed")
    func names() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let name = "evil\(Self.escape).yaml"
        let text = try #require(File.text(of: scene.intent))
        try scene.folder.write(name, text)
        try scene.folder.write("broken\(Self.escape).yaml", "kind: Intent\n")
        scene.giveAway()
        let commands = [
            ["intent", "check", name], ["intent", "check", "broken\(Self.escape).yaml"],
            ["intent", "check", "missing\(Self.escape).yaml"], ["intent", "new", "new\(Self.escape).yaml"],
            ["call", "--intent", "missing\(Self.escape).yaml", "fs.read", "path=a"], ["no\(Self.escape)command"],
            ["tool", "check", "none\(Self.escape)"], ["sandbox", "check", "none\(Self.escape)"],
            ["changes", "show", "--run", "none\(Self.escape)"],
        ]
        for words in commands {
            let result = scene.agentbox(words)
            let shown = result.output + result.errorOutput
            #expect(!shown.unicodeScalars.contains("\u{1B}") && !shown.unicodeScalars.contains("\u{202E}"), "\(words)")
            #expect(shown.contains(#"\u{1B}[2J\u{202E}"#), "\(words): \(shown)")
        }
        // Positive control.
        let plain = scene.agentbox(["intent", "check", scene.intent])
        #expect(plain.output.hasPrefix(scene.intent + ": valid\n"), "\(plain)")
    }

    @Test("An argument that is not UTF-8 is refused, not repaired into another file's name")
    func encoding() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: ["\u{FFFD}": "another\n"])
        let words = ["\(InstalledAgentbox.shared.path)", "call", "--intent", scene.intent, "fs.read"]
        let broken = scene.shell("AGENTBOX_HOME=\(scene.home) \(words.joined(separator: " ")) path=$(printf '\\377')")
        #expect(broken.status == 125 && broken.errorOutput.contains("not valid UTF-8"), "\(broken)")
        #expect(!broken.output.contains("another"))
        // Positive control: the file's own name reads it.
        let named = scene.shell(
            "AGENTBOX_HOME=\(scene.home)2 \(words.joined(separator: " ")) path=$(printf '\\357\\277\\275')")
        #expect(named.output.contains("another"), "\(named)")
    }
}
