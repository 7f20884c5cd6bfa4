import Glibc
import TestSupport
import Testing

@testable import Sandbox

@Suite("A unified diff turns the old text into the new one")
struct LayerDiffTests {
    @Test("git applies the diff of any two texts")
    func appliesAnywhere() throws {
        var random = SystemRandomNumberGenerator()
        for round in 0..<60 {
            let folder = try TemporaryFolder()
            let old = Self.text(&random, lines: round)
            let new = Self.edited(old, &random)
            guard old != new else { continue }
            let diff = try #require(UnifiedDiff.text(old: Array(old.utf8), new: Array(new.utf8), path: "file"))
            try folder.write("file", old)
            try folder.write("patch", diff)
            let applied = Command.run(["git", "apply", "--unidiff-zero", "patch"], in: folder.path)
            #expect(applied.status == 0, "\(applied.errorOutput)\(diff)")
            #expect(try folder.read("file") == Array(new.utf8))
        }
    }

    @Test(
        "A name cannot forge lines, and git reads it as it is",
        arguments: [
            ("a\n+++ b/README\n@@ -1 +1 @@\n+forged", #"a\n+++ b/README\n@@ -1 +1 @@\n+forged"#),
            ("\u{1B}[2J\u{7F}\t\r", #"\033[2J\177\t\r"#), (#"q"b\"#, #"q\"b\\"#),
        ])
    func quotesNames(path: String, quoted: String) throws {
        let diff = try #require(UnifiedDiff.text(old: Array("x\n".utf8), new: Array("y\n".utf8), path: path))
        #expect(diff == "--- \"a/\(quoted)\"\n+++ \"b/\(quoted)\"\n@@ -1 +1 @@\n-x\n+y\n")
        let folder = try TemporaryFolder()
        try folder.write("patch", diff)
        let read = Command.run(["git", "apply", "--numstat", "-z", "patch"], in: folder.path)
        // git takes no path with a folder of it for granted: it only has to find the name.
        #expect(read.output == "1\t1\t\(path)\0", "\(read)")
    }

    @Test("Positive control: ordinary names of any language stand as they are")
    func plainNames() throws {
        let diff = try #require(UnifiedDiff.text(old: nil, new: Array("y\n".utf8), path: "Grüße/日本 1.txt"))
        #expect(diff.hasPrefix("--- /dev/null\n+++ b/Grüße/日本 1.txt\n"))
    }

    @Test("It is minimal for what Myers showed")
    func isMinimal() {
        let edits = LineDifference.edits(
            from: "ABCABBA".map { Substring(String($0)) }, to: "CBABAC".map { Substring(String($0)) })
        #expect(edits.count { !$0.isKept } == 5)
    }

    @Test("Texts that have nothing in common are replaced, however long")
    func boundsWork() throws {
        let old = (0..<20_000).map { "old \($0)\n" }.joined()
        let new = (0..<20_000).map { "new \($0)\n" }.joined()
        let diff = try #require(UnifiedDiff.text(old: Array(old.utf8), new: Array(new.utf8), path: "x"))
        #expect(diff.hasPrefix("--- a/x\n+++ b/x\n@@ -1,20000 +1,20000 @@\n-old 0\n"))
    }

    @Test("Binary contents have no diff")
    func refusesBinary() {
        #expect(UnifiedDiff.text(old: [0], new: [1], path: "x") == nil)
        #expect(UnifiedDiff.text(old: [0xFF], new: nil, path: "x") == nil)
        #expect(UnifiedDiff.text(old: nil, new: [], path: "x") == "--- /dev/null\n+++ b/x\n")
        #expect(UnifiedDiff.text(old: [10], new: [10], path: "x") == "")
    }

    private static func text(_ random: inout some RandomNumberGenerator, lines: Int) -> String {
        let text = (0..<lines).map { _ in "line \(Int.random(in: 0..<8, using: &random))\n" }.joined()
        return Bool.random(using: &random) ? text : text + "no end"
    }

    private static func edited(_ text: String, _ random: inout some RandomNumberGenerator) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
        for _ in 0..<Int.random(in: 1...6, using: &random) {
            let place = Int.random(in: 0...lines.count, using: &random)
            switch Int.random(in: 0..<3, using: &random) {
            case 0: lines.insert("new \(Int.random(in: 0..<4, using: &random))", at: place)
            case 1 where place < lines.count: lines.remove(at: place)
            case 2 where place < lines.count: lines[place] = "changed"
            default: break
            }
        }
        return lines.joined(separator: "\n")
    }
}
