import Diagnostics
import Ledger
import Manifests
import Policy
import Replay
import Store
import StrictJSON

/// `agentbox intent propose`: an intent from what was done.
package enum IntentProposer {
    /// From the calls of a trace.
    package static func propose(
        calls path: String, tools paths: [String], principal: String?
    ) throws -> IntentProposal {
        let tools = try ReplayTools.load(paths.isEmpty ? [try Installation.find().tools] : paths)
        let observations = try Observations.trace(
            path, tools: tools, principal: principal ?? "you@example.com", name: "proposed")
        return try IntentProposal(observations, tools: tools)
    }

    /// From what the ledger says of one run.
    ///
    /// - Throws: `RunError` if there is no such run, or if several begin like that.
    package static func propose(
        _ selection: RunHistory.Selection, tools paths: [String], principal: String?
    ) throws -> IntentProposal {
        let tools = try ReplayTools.load([try Installation.find().tools] + paths)
        var histories: [RunHistory] = []
        try RunHistory.forEach(selection, in: try Home.open().ledger) { histories.append($0) }
        guard let history = histories.first else {
            throw RunError("there is no such run on record", remedy: "`agentbox audit log --all` shows the runs")
        }
        guard histories.count == 1 else {
            throw RunError(
                "\(histories.count) runs begin like that", remedy: "give more of the name: `\(history.context.run)`")
        }
        return try IntentProposal(try observations(history, tools, principal: principal), tools: tools)
    }

    private static func observations(
        _ history: RunHistory, _ tools: ReplayTools, principal: String?
    ) throws -> Observations {
        let run = history.context.run
        var observations = Observations(
            placeWord: "entry", source: "run \(run) of the task `\(VisibleText.line(history.context.task))`",
            name: proposedName(history.context.task), purpose: "Proposed from run \(run): say what the task is.",
            principal: principal ?? history.context.principal, hasWorkspace: history.workspace != nil)
        var denied = 0
        var digests: [LedgerIndex] = []
        for call in history.calls {
            guard call.decided.effect == DecidedEntry.allowed else {
                denied += 1
                continue
            }
            guard let name = ToolName(call.decided.tool), tools.tools[name] != nil else {
                throw RunError(
                    "the run called `\(VisibleText.line(call.decided.tool))`, and there is no manifest of it",
                    remedy: "name its folder with --tools DIR")
            }
            guard case .inline(let arguments) = call.decided.arguments else {
                digests.append(call.index)
                continue
            }
            observations.calls.append(ObservedCall(tool: name, arguments: arguments, place: Int(call.index)))
        }
        guard !observations.calls.isEmpty || digests.isEmpty else {
            throw RunError(
                "the arguments of all calls that run \(run) was allowed are not on record, or were erased",
                remedy: "propose from another run: `agentbox audit log --all` shows them")
        }
        if denied > 0 { observations.notes.append("\(denied) that were denied are left out") }
        if !digests.isEmpty {
            let shown = digests.prefix(6).map(String.init).joined(separator: ", ")
            observations.notes.append(
                "\(digests.count) with arguments that are not on record, or were erased, are left out: \(shown)")
        }
        return observations
    }

    /// Such that it is a name, and not the one of the intent that was there.
    private static func proposedName(_ task: String) -> String {
        String(task.prefix(54)) + "-proposed"
    }
}
