import TestSupport
import Testing

@Suite("Output that cannot be written is an error")
struct LostOutputTests {
    static let commands = [
        "audit log", "audit show 0", "audit log --all --json", "schema intent", "tool list", "tool show fs.read",
        "tool list --json", "sandbox list", "sandbox show pure", "intent check task.yaml", "intent propose",
        "intent explain task.yaml fs.read path=README.md", "call --intent task.yaml fs.read path=README.md",
        "call --intent task.yaml fs.read --json '{\"path\":\"README.md\"}'", "doctor --json", "changes show", "--help",
        "--version",
        "call --help", "--generate-completion-script bash",
    ]

    @Test("on a full disk every command that prints fails and says so", arguments: commands)
    func full(command: String) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read\n- allow: fs.write")
        _ = try scene.call("fs.write", ["path": "new.txt", "content": "x"])
        let result = scene.script("agentbox \(command) >/dev/full; echo status $?")
        #expect(result.output.contains("status 125"), "\(result)")
        #expect(result.errorOutput.contains("standard output cannot be written: no space left on device"), "\(result)")
        let control = scene.script("agentbox \(command) >out; echo status $?")
        #expect(control.output.contains("status 0"), "\(control)")
    }

    @Test("a status that says more than that stays")
    func failed() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let result = scene.script("agentbox intent explain task.yaml fs.list path=. >/dev/full; echo status $?")
        #expect(result.output.contains("status 126"), "\(result)")
        #expect(result.errorOutput.contains("standard output cannot be written"), "\(result)")
    }

    @Test("a reader that has enough is none")
    func closed() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let result = scene.script("agentbox schema intent | true; echo status ${PIPESTATUS[0]}")
        #expect(result.output.contains("status 0") && result.errorOutput.isEmpty, "\(result)")
    }
}
