import Glibc
import Registry
@_spi(Launch) import Sandbox
import StrictJSON

/// What came of a run: how the agent ended, what was decided, what changed.
package struct RunSummary: Sendable {
    package let run: String
    /// The agent's own, 128 + n if signal n ended it; 124 if it was ended because the task's time was over; 125 if it
    /// succeeded and not all of its output could be written; 126 if it was killed because the run was revoked.
    package let exitStatus: Int32
    /// How the agent ended, in a few words.
    package let end: String
    package let allowed: Int
    package let denied: Int
    package let changes: [WorkspaceChange]
    /// What the agent itself did with the model endpoints of its intent; nil if there are none.
    package let models: AgentEgress.Report?

    /// Why there is no agent any more.
    enum Cause {
        case agent(ConfinedProcess.End.Cause)
        case timeOver(String?)
        case revoked(String)
    }

    init(_ run: TaskRun, _ cause: Cause, isComplete: Bool, models: AgentEgress.Report? = nil) throws {
        self.models = models
        self.run = run.context.run
        (exitStatus, end) =
            switch cause {
            case .agent(.exited(0)) where !isComplete: (125, "the agent exited with 0, a part of its output is lost")
            case .agent(.exited(let status)): (status, "the agent exited with \(status)")
            case .agent(.signalled(let signal)): (128 + signal, "signal \(signal) ended the agent")
            case .agent(.killed): (128 + SIGKILL, "the agent was killed")
            case .revoked(let reason): (126, "the agent was killed: \(reason)")
            case .timeOver(let reason): (124, "the agent was ended: " + (reason ?? "its time was over"))
            }
        let counts = run.registry.counts
        allowed = counts.allowed
        denied = counts.denied
        changes = run.workspace == nil ? [] : try run.changes()
    }

    /// As it is recorded and printed: of many changes the first.
    package var json: JSON {
        var object: JSONObject = [
            "run": .string(run), "exit": .integer(Int64(exitStatus)), "end": .string(end),
            "allowed": .integer(Int64(allowed)),
            "denied": .integer(Int64(denied)),
        ]
        if let models {
            object["models"] = .array(models.uses.map(\.json))
            object["modelsComplete"] = .bool(models.isComplete)
            let refused = models.uses.flatMap(\.refusals)
            if !refused.isEmpty { object["modelsRefused"] = .array(refused.map(JSON.string)) }
        }
        var room = EntryRoom()
        room.add(changes.map { $0.json() }, as: "changes", to: &object)
        return .object(object)
    }
}
