import Ledger
import Manifests
import Registry
import Store
import StrictJSON

/// A call that is made to be watched: in a state of its own that is thrown away, and nothing that it writes is published.
struct CallRehearsal {
    let entry: ToolCatalog.Entry
    /// The tool is the one in the store, whose source is not here.
    private let isStored: Bool
    private let options: TaskRun.Options
    private let scratch: ScratchFolder

    /// Blocking.
    ///
    /// - Parameters:
    ///   - tool: As its source is now, or where that is not here as it was registered.
    ///   - workspace: Of the run that the call was made in; nil if that had none.
    init(_ tool: String, workspace: String?, finder: ToolFinder) throws {
        guard case .tool(let entry) = try finder.found(named: tool) else {
            throw RunError(
                "`\(tool)` is a tool server, or a tool of one, which acts on its own account: it cannot be watched")
        }
        self.entry = entry
        isStored = finder.catalogue.entries[entry.tool.name] == nil
        scratch = try ScratchFolder()
        var options = TaskRun.Options(
            intent: scratch.path + "/intent.json", workspace: workspace, tools: finder.additional,
            sandboxes: finder.sandboxes, confinement: .unconfined, command: [], home: scratch.path + "/state")
        let home = try? Home.open().path
        if isStored { options.registrationsHome = home }
        // It is asked what it would issue, and issues nothing.
        options.credentialsHome = home
        self.options = options
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
        let run = try await TaskRun.open(options, registering: isStored ? nil : entry)
        let outcome = await run.registry.call(CallRequest(tool: entry.tool.name.rawValue, arguments: arguments))
        if let problem = await run.end(["end": "rehearsal ended"]) { throw RunError(problem) }
        return outcome
    }

    /// The decision about the last call, with the grants that it had.
    func lastDecision() throws -> DecidedEntry? {
        var found: DecidedEntry?
        try RunHistory.forEach(.last, in: scratch.path + "/state/ledger") { found = $0.calls.last?.decided }
        return found
    }
}
