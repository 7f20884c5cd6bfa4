import Ledger
import Manifests
import Registry
import Sandbox
import StrictJSON

/// A call that is made again to find out what it is refused: everything that it does is watched, what it writes is thrown
/// away, and it has neither a network nor credentials.
package struct CallRerun: Sendable {
    /// What came of it.
    package struct Result: Sendable {
        package let outcome: Outcome
        package let explanations: [Explanation]
        /// What the call would have had, and was made without: `api.example.com:443`, `the credential github`.
        package let withheld: [String]
    }

    package let tool: String
    package let profile: ResolvedProfile
    private let rehearsal: CallRehearsal
    private let workspace: String?

    /// - Parameter profile: What refusals are explained by.
    init(_ tool: String, workspace: String?, profile: ResolvedProfile, finder: ToolFinder) throws {
        self.tool = tool
        self.profile = profile
        self.workspace = workspace
        rehearsal = try CallRehearsal(tool, workspace: workspace, finder: finder)
    }

    /// A call that was never made. Blocking.
    package init(_ tool: String, workspace: String?, tools: [String], sandboxes: [String]) throws {
        let finder = try ToolFinder(tools: tools, sandboxes: sandboxes)
        guard case .tool(let entry) = try finder.found(named: tool) else {
            throw RunError(
                "`\(tool)` is a tool server, or a tool of one, which acts on its own account: it cannot be watched")
        }
        let isStored = finder.catalogue.entries[entry.tool.name] == nil
        let stored = isStored ? try finder.storedProfile(of: entry.tool.name) : nil
        try self.init(
            tool, workspace: workspace, profile: stored ?? finder.profiles.profile(of: entry), finder: finder)
    }

    package var inputSchema: JSON { rehearsal.entry.tool.inputSchema }

    /// - Throws: `RunError` if the call was not started: then with the reason.
    package func run(_ arguments: JSON) async throws -> Result {
        let outcome = try await rehearsal.call(arguments, Rehearsal(isCutOff: true))
        guard let report = outcome.report else {
            throw RunError(
                "the call was not started: \(outcome.failure?.message ?? outcome.decision.reason)",
                remedy: "arguments that fit the tool as it is now can be given with --arguments")
        }
        let decided = try rehearsal.lastDecision()
        let explainer = Explainer(profile, grants: decided?.grantWords ?? [], workspace: workspace)
        var explanations: [Explanation] = []
        for notice in report.trace {
            for explanation in try explainer.explain(notice, isTraced: true) where !explanations.contains(explanation) {
                explanations.append(explanation)
            }
        }
        return Result(outcome: outcome, explanations: explanations, withheld: decided?.withheld ?? [])
    }
}

extension DecidedEntry {
    /// The grants on record; where they were too many for an entry, none.
    var grantWords: [(word: GrantWord, subject: String)] {
        (grants?.arrayValue ?? []).flatMap { grant in
            (grant.objectValue ?? JSONObject()).compactMap { member in
                guard let word = GrantWord(rawValue: member.key), let subject = member.value.stringValue else {
                    return nil
                }
                return (word, subject)
            }
        }
    }

    /// What reaches out of the call.
    fileprivate var withheld: [String] {
        grantWords.filter { $0.word == .connect }.map(\.subject)
            + (credentials?.arrayValue ?? []).compactMap { $0["name"]?.stringValue.map { "the credential \($0)" } }
    }
}
