import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox audit log` shows what is on record, and says what is not")
struct AuditTests {
    private static func scene() throws -> Scene {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        for _ in 0..<3 { _ = try scene.call("fs.read", ["path": "README.md"]) }
        return scene
    }

    @Test("of a damaged ledger what is sound before the damage is shown, then the error", arguments: [[], ["--json"]])
    func damaged(options: [String]) throws {
        let scene = try Self.scene()
        let runs = try scene.runs().compactMap { $0["run"]?.stringValue }
        #expect(runs.count == 3)
        // A byte of the last run's first entry: its name occurs there for the first time.
        let name = try #require(runs.last)
        let damage = scene.script(
            """
            at=$(grep -abo '\(name)' home/ledger/log | head -1 | cut -d: -f1)
            printf '#' | dd of=home/ledger/log bs=1 seek=$at conv=notrunc status=none
            """)
        #expect(damage.status == 0, "\(damage)")
        let result = scene.agentbox(["audit", "log", "--all"] + options)
        #expect(result.status == 1, "\(result)")
        #expect(result.output.contains(runs[0]) && result.output.contains(runs[1]), "\(result)")
        #expect(result.errorOutput.contains("is damaged"), "\(result)")
        let last = scene.agentbox(["audit", "log"] + options)
        #expect(last.status == 1 && last.output.contains(runs[1]), "\(last)")
    }

    @Test("of a ledger in which somebody wrote another entry, with the right checksum, every reader says so")
    func altered() throws {
        let scene = try Self.scene()
        let commands = [["audit", "log", "--all"], ["review"], ["audit", "report", "--standard", "nist-csf"]]
        for words in commands {
            let result = scene.agentbox(words)
            #expect(result.status == 0 && !result.errorOutput.contains("does not verify"), "\(result)")
        }
        try scene.alterLedger()
        for words in commands {
            let result = scene.agentbox(words)
            #expect(result.status == 1 && result.errorOutput.contains("does not verify: do not rely on"), "\(result)")
        }
    }

    @Test("in a home without a record every command says that there is none")
    func fresh() throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        for words in [
            ["verify"], ["prove", "1"], ["show", "1"], ["anchor", "--file", scene.folder("x")],
            ["export", "--format", "csv", "--output", "-"],
        ] {
            let result = scene.agentbox(["audit"] + words)
            #expect(result.status != 0 && result.errorOutput.contains("nothing is on record yet"), "\(result)")
        }
    }

    @Test("a run that there is not is an error that lists near names", arguments: [[], ["--json"]])
    func unknown(options: [String]) throws {
        let scene = try Self.scene()
        let name = try #require(try scene.runs().last?["run"]?.stringValue)
        for wanted in ["none", String(name.dropLast()) + "x"] {
            let result = scene.agentbox(["audit", "log", "--run", wanted] + options)
            #expect(result.status == 125 && result.output.isEmpty, "\(result)")
            #expect(result.errorOutput.contains("there is no run `\(wanted)`"), "\(result)")
            #expect(result.errorOutput.contains(name), "\(result)")
        }
        // Positive control.
        #expect(scene.agentbox(["audit", "log", "--run", String(name.prefix(12))] + options).status == 0)
    }

    @Test("every argument is shown whole, and no line is longer than the terminal")
    func layout() throws {
        let path = (1...12).map { "a-rather-long-folder-\($0)" }.joined(separator: "/") + "/the-file-that-matters.txt"
        let scene = try Scene(.possible[0], rules: "- allow: fs.read", files: [path: "x"])
        _ = try scene.call("fs.read", ["path": .string(path)])
        let lines = scene.agentbox(["audit", "log"]).output.split(separator: "\n").map(String.init)
        #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
        let text = lines.joined().replacing(" ", with: "")
        #expect(text.contains("path=" + path), "\(lines)")
    }

    @Test("a profile is shown no wider than that either", arguments: ["pure", "agent", "git"])
    func profile(name: String) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let lines = scene.agentbox(["sandbox", "show", name]).output.split(separator: "\n")
        #expect(lines.count > 20 && lines.allSatisfy { $0.count <= 80 }, "\(lines.filter { $0.count > 80 })")
    }

    @Test("the help of every group has an example", arguments: ["tool", "intent", "sandbox", "changes", "audit"])
    func help(group: String) throws {
        let scene = try Scene(.possible[0], rules: "- allow: fs.read")
        let text = scene.agentbox([group, "--help"]).output
        #expect(text.contains("EXAMPLE") && text.contains("agentbox \(group) "), "\(text)")
    }
}
