import Glibc
import LinuxIO
import StrictJSON
import TestSupport
import Testing

@Suite("kill -9 of agentbox at any moment leaves nothing running and loses no decision")
struct KillTests {
    static let rounds = 200

    @Test("200 rounds, killed at random moments of a call", arguments: [Person.possible[0]])
    func killedCalls(person: Person) async throws {
        let scene = try Scene(person, rules: "- allow: fs.write\n- allow: exec.run")
        // Registers the bundled tools, so that the rounds are about calls.
        _ = try scene.call("fs.write", ["path": "README.md", "content": "start"])
        let begun = ContinuousClock.now
        _ = try scene.call("fs.write", ["path": "README.md", "content": "again"])
        let usual = begun.duration(to: .now)
        let mark = "41\(Int.random(in: 100_000...999_999))"
        var published = 0
        for round in 0..<Self.rounds {
            let arguments: JSON =
                round % 4 == 3
                ? ["argv": ["sleep", .string(mark)]] : ["path": .string("file\(round)"), "content": "x"]
            let tool = round % 4 == 3 ? "exec.run" : "fs.write"
            let words = ["call", "--intent", scene.intent, tool, "--json", arguments.encodedString()]
            let host = try BackgroundAgentbox(scene, words)
            // From before the manifests are read to after the call has ended.
            await Reactor.shared.sleep(until: .now + usual * Double.random(in: 0...1.6))
            host.kill()
            #expect(Processes.waitUntilGone(withArgument: mark), "a process survived round \(round)")
            if scene.file("file\(round)") != nil { published += 1 }
        }
        // The next start reads the ledger, and finishes what the dead ones left.
        _ = try scene.call("fs.write", ["path": "README.md", "content": "end"])
        let runs = try scene.runs()
        let calls = runs.flatMap { $0["calls"]?.arrayValue ?? [] }
        for call in calls where call["decided"]?["effect"] == "allow" {
            #expect(call["ended"] != nil, "a decided call has no end: \(call.encodedString())")
        }
        // What was published was started, and what was started was decided on the disk.
        let decided = Set(calls.compactMap { $0["decided"]?["arguments"]?["value"]?["path"]?.stringValue })
        for round in 0..<Self.rounds where scene.file("file\(round)") != nil {
            #expect(decided.contains("file\(round)"), "file\(round) was published and not decided")
        }
        let unknown = calls.count { $0["ended"]?["outcome"]?["end"] == "unknown" }
        #expect(published > 0 && unknown > 0, "the kills missed: \(published) published, \(unknown) unknown")
        let leftovers = Command.run(["/usr/bin/find", scene.workspace, "-name", ".agentbox-*"]).output
        #expect(leftovers.isEmpty, "\(leftovers)")
    }
}
