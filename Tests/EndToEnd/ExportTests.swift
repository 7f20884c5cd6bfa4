import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("`agentbox audit export` writes the ledger for others, and never a part of it in silence")
struct ExportTests {
    private static func scene(_ person: Person = .possible[0]) throws -> Scene {
        let scene = try Scene(person, rules: "- allow: fs.read")
        for _ in 0..<3 { _ = try scene.call("fs.read", ["path": "README.md"]) }
        return scene
    }

    private static let formats = ["jsonl", "ocsf", "otlp-json", "csv"]

    @Test("to standard output and to a file for its owner, the same", arguments: formats)
    func output(format: String) throws {
        for person in Person.possible {
            let scene = try Self.scene(person)
            let streamed = scene.agentbox(["audit", "export", "--format", format, "--output", "-"])
            let filed = scene.agentbox(["audit", "export", "--format", format, "--output", scene.folder("x")])
            #expect(streamed.status == 0 && filed.status == 0 && filed.output.isEmpty, "\(filed)")
            #expect(File.text(of: scene.folder("x")) == streamed.output && streamed.output.utf8.count > 1000)
            var status = stat()
            #expect(stat(scene.folder("x"), &status) == 0 && status.st_mode & 0o777 == 0o600)
            let names = scene.script("ls").output
            #expect(!names.contains(".new"), "\(names)")
            for line in streamed.output.split(separator: "\n") where format != "csv" {
                _ = try JSON(parsing: String(line))
            }
        }
    }

    @Test("of a damaged ledger what is sound, the place of the damage, and status 1", arguments: formats)
    func damaged(format: String) throws {
        let scene = try Self.scene()
        let last = try #require(try scene.runs().last?["run"]?.stringValue)
        let whole = scene.agentbox(["audit", "export", "--format", format, "--output", "-"]).output
        let damage = scene.script(
            """
            at=$(grep -abo '\(last)' home/ledger/log | head -1 | cut -d: -f1)
            printf '#' | dd of=home/ledger/log bs=1 seek=$at conv=notrunc status=none
            """)
        #expect(damage.status == 0, "\(damage)")
        let result = scene.agentbox(["audit", "export", "--format", format, "--output", scene.folder("x")])
        #expect(result.status == 1, "\(result)")
        #expect(result.errorOutput.contains("is damaged") && result.errorOutput.contains("exported "), "\(result)")
        #expect(result.errorOutput.contains("nothing after the damage"), "\(result)")
        let text = try #require(File.text(of: scene.folder("x")))
        #expect(!text.contains(last) && text.utf8.count > 500 && text.utf8.count < whole.utf8.count)
    }

    @Test("of a ledger in which somebody wrote another entry, with the right checksum, it says that it does not verify")
    func altered() throws {
        let scene = try Self.scene()
        let options = ["audit", "export", "--format", "csv", "--output", "-"]
        let good = scene.agentbox(options)
        #expect(good.status == 0 && good.errorOutput.contains("the ledger verifies"), "\(good)")
        try scene.alterLedger()
        let result = scene.agentbox(options)
        #expect(result.status == 1 && result.output.contains("mally@example.com"), "\(result)")
        #expect(result.errorOutput.contains("does not verify"), "\(result)")
    }

    @Test("a file that cannot be written leaves what was there, and what is no file is not replaced")
    func refused() throws {
        let scene = try Self.scene()
        try scene.folder.write("old", "mine")
        #expect(scene.script("mkdir d; ln -s old link; mkfifo pipe").status == 0)
        for name in ["d", "link", "pipe", "none/x"] {
            let result = scene.agentbox(["audit", "export", "--format", "csv", "--output", scene.folder(name)])
            #expect(result.status == 125, "\(name): \(result)")
        }
        #expect(File.text(of: scene.folder("old")) == "mine")
        // A full disk: the file that is there stays as it was.
        let full = scene.script("ulimit -f 1; trap '' XFSZ; agentbox audit export --format jsonl --output old")
        #expect(full.status != 0 && File.text(of: scene.folder("old")) == "mine", "\(full)")
        #expect(!scene.script("ls").output.contains(".new"))
        // Positive control.
        #expect(scene.agentbox(["audit", "export", "--format", "csv", "--output", scene.folder("old")]).status == 0)
        #expect(File.text(of: scene.folder("old"))?.hasPrefix("index,") == true)
    }

    @Test("of a time and of a run, and a moment that is none is an error")
    func selection() throws {
        let scene = try Self.scene()
        let run = try #require(try scene.runs().first?["run"]?.stringValue)
        func lines(_ options: [String]) -> Int {
            scene.agentbox(["audit", "export", "--format", "jsonl", "--output", "-"] + options).output
                .split(separator: "\n").count
        }
        let all = lines([])
        #expect(lines(["--run", run]) == 4 && lines(["--run", "x"]) == 0)
        #expect(
            lines(["--since", "1h"]) == all && lines(["--until", "1h"]) == 0 && lines(["--since", "2999-01-01"]) == 0)
        #expect(lines(["--since", "2020-01-01T00:00:00Z", "--until", "2999-01-01"]) == all)
        let result = scene.agentbox(["audit", "export", "--format", "csv", "--output", "-", "--since", "yesterday"])
        #expect(result.status == 125 && result.errorOutput.contains("`yesterday` is no moment"), "\(result)")
    }
}
