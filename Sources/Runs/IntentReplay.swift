import LinuxIO
import Manifests
import Policy
import Registry
import Replay
import Store

/// `agentbox intent replay`: recorded calls under an intent. Nothing is executed or recorded.
package struct IntentReplay {
    private let session: ReplaySession
    private let calls: String
    /// Names of tools that no rule can be about.
    package let unnameable: [String]

    /// Reads the intent and the tools; the bundled ones where none are given.
    package static func open(
        intent path: String, tools paths: [String], calls: String, assume answer: ReplaySession.Answer,
        amends: Bool
    ) throws -> IntentReplay {
        let intent = try Intent.load(path: path)
        let tools = try ReplayTools.load(paths.isEmpty ? [try Installation.find().tools] : paths)
        let session = ReplaySession(
            try tools.compile(intent), tools: tools, workspace: intent.workspace, assume: answer, amends: amends,
            now: Timestamp.now().instant)
        return IntentReplay(session: session, calls: calls, unnameable: tools.unnameable)
    }

    /// Decides call after call, in constant memory.
    package func run(_ body: (ReplayedCall) -> Void) throws -> ReplaySummary {
        var session = session
        var reader = try TraceReader(calls)
        var summary = ReplaySummary()
        while let call = try reader.next() {
            let replayed = session.replay(call)
            summary.add(replayed, line: reader.line)
            body(replayed)
        }
        return summary
    }
}
