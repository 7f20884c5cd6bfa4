import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox call` says inside a run what it says outside, but for what an agent may not know")
struct InsideCallTests {
    private static func scene() throws -> Scene {
        try Scene(.possible[0], rules: "- allow: fs.read\n- allow: exec.run")
    }

    private static func inside(_ scene: Scene, _ words: String) -> Command.Result {
        scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", "agentbox call \(words)"])
    }

    static let calls: [(String, JSON)] = [
        ("fs.read", ["path": "README.md"]), ("fs.read", ["path": "/etc/passwd"]), ("fs.read", ["path": "missing"]),
        ("exec.run", ["argv": ["sh", "-c", "echo out; exit 3"]]), ("exec.run", ["argv": ["sh", "-c", "kill $$"]]),
    ]

    @Test("--json has the same members with the same values", arguments: calls)
    func members(tool: String, arguments: JSON) throws {
        let scene = try Self.scene()
        let outside = try scene.call(tool, arguments)
        let result = Self.inside(scene, "\(tool) --json '\(arguments.encodedString())'")
        let inside = try JSON(parsing: result.output)
        #expect(inside["decision"] == outside["decision"], "\(result)")
        #expect(inside["code"] == outside["code"])
        #expect(inside["rules"]?.isNull == true && inside["ledgerIndex"]?.isNull == true)
        for key in ["status", "end", "exit", "signal", "stdout", "structured", "violations"] {
            #expect(inside["outcome"]?[key] == outside["outcome"]?[key], "\(key): \(result)")
        }
        for key in ["duration", "resources"] {
            #expect((inside["outcome"]?[key] == nil) == (outside["outcome"]?[key] == nil), "\(key): \(result)")
        }
        #expect(inside["outcome"]?["blocks"] == nil)
        if outside["outcome"]?["status"] == "failed" {
            #expect(inside["outcome"]?["stderr"] == outside["outcome"]?["stderr"])
        }
        #expect(
            result.status
                == scene.agentbox(["call", "--intent", scene.intent, tool, "--json", arguments.encodedString()]).status)
    }

    @Test("the output is the same to the last byte")
    func output() throws {
        let scene = try Self.scene()
        for words in ["fs.read path=README.md", "exec.run 'argv=[\"sh\",\"-c\",\"exit 3\"]'"] {
            let outside = scene.script("agentbox call --intent task.yaml \(words)")
            #expect(outside.output.hasSuffix("}\n"))
            #expect(Self.inside(scene, words).output == outside.output)
        }
    }
}
