import Manifests
import Registry
import StrictJSON

/// A call that is made to be watched: in a state of its own that is thrown away, and nothing that it writes is published.
struct CallRehearsal {
    let entry: ToolCatalog.Entry
    private let options: TaskRun.Options
    private let scratch: ScratchFolder

    /// - Parameters:
    ///   - workspace: Of the run that the call was made in; nil if that had none.
    init(_ tool: String, workspace: String?, finder: ToolFinder) throws {
        entry = try finder.entry(named: tool)
        scratch = try ScratchFolder()
        options = TaskRun.Options(
            intent: scratch.path + "/intent.json", workspace: workspace, tools: finder.additional,
            sandboxes: finder.sandboxes, confinement: .unconfined, command: [], home: scratch.path + "/state")
        let intent: JSON = [
            "apiVersion": .string(Manifests.apiVersion), "kind": "Intent", "name": "rehearsal",
            "purpose": "Find out what a call is refused.", "principal": "author@localhost",
            "rules": [["allow": .string(tool)]],
        ]
        try scratch.write("intent.json", intent.encodedString())
    }

    func call(_ arguments: JSON, _ rehearsal: Rehearsal = Rehearsal()) async throws -> Outcome {
        var options = options
        options.rehearsal = rehearsal
        let run = try await TaskRun.open(options, registering: entry)
        let outcome = await run.registry.call(CallRequest(tool: entry.tool.name.rawValue, arguments: arguments))
        if let problem = await run.end(["end": "rehearsal ended"]) { throw RunError(problem) }
        return outcome
    }
}
