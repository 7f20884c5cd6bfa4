import Glibc
import StrictJSON
import TestSupport
import Testing

@Suite("A run ends when it should, and says why")
struct RunEndTests {
    private static func scene(_ budget: String = "") throws -> Scene {
        try Scene(.possible[0], rules: "- allow: fs.read\n").with(budget)
    }

    /// An agent that no polite signal ends.
    private static let deaf = "/bin/bash -c 'trap : TERM INT HUP; echo up; while :; do sleep 0.1; done'"

    @Test("after SIGTERM an agent that does not end is announced, and killed after its grace")
    func grace() throws {
        let result = try Self.scene().script(
            """
            start run task.yaml -- \(Self.deaf)
            await out up && kill -TERM $process
            finish; cat err
            """)
        #expect(result.output.contains("status \(128 + SIGKILL)"), "\(result)")
        #expect(result.output.contains("waiting for the agent to end; it is killed in 7 s, at once by a second"))
        #expect(result.output.contains("the agent did not end within 10 s: it is killed"))
        #expect(result.output.contains("ended: the agent was killed"))
    }

    @Test("after Ctrl-C it is announced, and a second one kills it")
    func interrupted() throws {
        let result = try Self.scene().script(
            """
            start run task.yaml -- \(Self.deaf)
            await out up && kill -INT $process && await err 'waiting for the agent' && kill -INT $process
            finish; cat err
            """)
        #expect(result.output.contains("status \(128 + SIGKILL)"), "\(result)")
        #expect(result.output.contains("waiting for the agent to end; a second Ctrl-C kills it"))
    }

    @Test("an agent that ends at once is not talked about")
    func polite() throws {
        let result = try Self.scene().script(
            """
            start run task.yaml -- /bin/sh -c 'trap "exit 9" TERM; echo up; while :; do sleep 0.1; done'
            await out up && kill -TERM $process
            finish; cat err
            """)
        #expect(result.output.contains("status 9"), "\(result)")
        #expect(!result.output.contains("waiting"), "\(result)")
    }

    @Test(
        "when the task's time is over its agent ends, with status 124, on record",
        arguments: ["budget: {time: 1s}", "expires: 1s"])
    func timeOver(line: String) throws {
        let scene = try Self.scene(line)
        let result = scene.agentbox(["run", scene.intent, "--", "/bin/sleep", "60"])
        #expect(result.status == 124, "\(result)")
        #expect(result.errorOutput.contains("the agent is told to end"), "\(result)")
        let outcome = try #require(try scene.runs().last?["outcome"])
        #expect(outcome["exit"] == 124)
        #expect(outcome["end"]?.stringValue?.hasPrefix("the agent was ended: the task") == true, "\(outcome)")
        let log = scene.agentbox(["audit", "log"]).output.replacing("\n  ", with: " ")
        #expect(log.contains("the agent was ended: the task"))
        // Positive control: one that ends in time ends as it likes.
        #expect(scene.agentbox(["run", scene.intent, "--", "/bin/sh", "-c", "exit 3"]).status == 3)
    }

    @Test("an agent whose task is over is not started")
    func expired() throws {
        let scene = try Self.scene("expires: 2020-01-01T00:00:00Z")
        let result = scene.agentbox(["run", scene.intent, "--", "/bin/echo", "started"])
        #expect(result.status == 125 && result.output.isEmpty, "\(result)")
        #expect(result.errorOutput.contains("the task expired before the agent started"), "\(result)")
    }
}

extension Scene {
    /// The scene with one more line in its intent.
    fileprivate func with(_ line: String) throws -> Scene {
        guard !line.isEmpty, let text = File.text(of: intent) else { return self }
        try folder.write("task.yaml", text + line + "\n")
        return self
    }
}
