import Glibc
import Registry
@_spi(Launch) import Sandbox
import StrictJSON

/// What came of a run: how the agent ended, what was decided, what changed.
package struct RunSummary: Sendable {
    package let run: String
    /// The agent's own, 128 + n if signal n ended it; 125 if it succeeded and not all of its output could be written.
    package let exitStatus: Int32
    package let allowed: Int
    package let denied: Int
    package let changes: [WorkspaceChange]

    init(_ run: TaskRun, _ end: ConfinedProcess.End.Cause, isComplete: Bool) throws {
        self.run = run.context.run
        exitStatus =
            switch end {
            case .exited(0) where !isComplete: 125
            case .exited(let status): status
            case .signalled(let signal): 128 + signal
            case .killed: 128 + SIGKILL
            }
        let counts = run.registry.counts
        allowed = counts.allowed
        denied = counts.denied
        changes = run.workspace == nil ? [] : try run.changes()
    }

    /// As it is recorded and printed: of many changes the first.
    package var json: JSON {
        var object: JSONObject = [
            "run": .string(run), "exit": .integer(Int64(exitStatus)), "allowed": .integer(Int64(allowed)),
            "denied": .integer(Int64(denied)),
        ]
        var room = EntryRoom()
        room.add(changes.map { $0.json() }, as: "changes", to: &object)
        return .object(object)
    }
}
