import Ledger
import Manifests
import Registry
import Sandbox
import Store
import StrictJSON

/// A call as the ledger has it, with the profile that it ran under: what there is to explain.
package struct RecordedCall: Sendable {
    package let decided: DecidedEntry
    package let ended: EndedEntry?
    package let workspace: String?
    package let index: LedgerIndex
    package let profile: ResolvedProfile
    /// The profile of then is neither written nor registered any more: this is another.
    package let isProfileChanged: Bool
    /// It was a call to a tool server, whose sandbox is all of its calls'.
    package let isOfServer: Bool
    /// The tool, if its source is here.
    let finder: ToolFinder

    /// Blocking.
    ///
    /// - Parameter index: As `audit log` shows it.
    package init(_ index: UInt64, in ledger: String, tools: [String], sandboxes: [String]) throws {
        var found: (RunHistory, RunHistory.Call)?
        try RunHistory.forEach(.all, in: ledger) { history in
            if let call = history.calls.first(where: { $0.index == index }) { found = (history, call) }
        }
        guard let (history, call) = found else {
            throw RunError(
                "entry \(index) of the ledger is no call",
                remedy: "`agentbox audit log --all` shows them with their numbers")
        }
        self.index = index
        decided = call.decided
        ended = call.ended
        workspace = history.workspace
        finder = try ToolFinder(tools: tools, sandboxes: sandboxes)
        let subject = try finder.found(named: call.decided.tool)
        let name: ProfileName
        switch subject {
        case .tool(let entry): (name, isOfServer) = (entry.tool.sandbox, false)
        case .server(let entry): (name, isOfServer) = (entry.server.sandbox, true)
        }
        let profile = try Self.profile(name, of: call.decided, finder)
        self.profile = profile
        isProfileChanged = try CanonicalDigest.of(profile.digestSource).description != call.decided.profileDigest
    }

    /// The profile that the call ran under: as it is written, if it is still that, else as it was registered.
    private static func profile(
        _ name: ProfileName, of decided: DecidedEntry, _ finder: ToolFinder
    ) throws -> ResolvedProfile {
        let written = try? finder.profiles.resolve(name)
        if let written, try CanonicalDigest.of(written.digestSource).description == decided.profileDigest {
            return written
        }
        let registrar = try finder.registrar()
        if let tool = ToolName(decided.tool), let registration = try registrar.registration(of: tool),
            let stored = try StoredTool.load(registration, in: registrar).first
        {
            return stored.profile
        }
        return try written ?? finder.profiles.resolve(name)
    }

    /// Of the tool as it is now.
    package var inputSchema: JSON {
        get throws {
            guard case .tool(let entry) = try finder.found(named: decided.tool) else { return [:] }
            return entry.tool.inputSchema
        }
    }

    /// Every refusal that is on record, explained.
    package func explanations() throws -> [Explanation] {
        let explainer = Explainer(profile, grants: decided.grantWords)
        return try (ended?.outcome["violations"]?.arrayValue ?? []).flatMap { try explainer.explain(violation: $0) }
    }

    /// Layers of whose refusals nobody heard.
    package var unreported: [String] {
        (ended?.outcome["unreported"]?.arrayValue ?? []).compactMap(\.stringValue)
    }

    /// Makes the call again, watched and cut off, and explains what is refused.
    ///
    /// - Parameter arguments: In place of those that the ledger has.
    /// - Throws: `RunError` if the ledger does not have all that the call was.
    package func rerun(_ arguments: JSON? = nil) async throws -> CallRerun.Result {
        if isOfServer {
            throw RunError(
                "call \(index) is one to a tool server, which acts on its own account: it cannot be made again to look",
                remedy: "widen the server's profile or grants step by step, and try")
        }
        let again = try CallRerun(decided.tool, workspace: workspace, profile: profile, finder: finder)
        if let arguments { return try await again.run(arguments) }
        guard case .inline(let recorded) = decided.arguments else {
            throw RunError(
                "the arguments of call \(index) are \(decided.arguments.note ?? "not on record"): it cannot be made again",
                remedy: "give them with --arguments")
        }
        return try await again.run(recorded)
    }
}
