import ArgumentParser
import Diagnostics
import Runs
import Store
import StrictJSON

/// `agentbox revoke`
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Stop now: end what runs, void what waits, and let no more begin.",
        discussion: """
            Running calls are killed with everything that they started, nothing that they wrote is published, and \
            questions that wait for an approval are void: within two seconds. It is on record what was ended.

            --run        that run, and its agent under `agentbox run`. It is over for good.
            --tool       calls of the tool, in every run, now and later, until it is registered again or lifted. The name \
            of a tool server stands for all of its tools.
            --principal  the runs of that principal, and none begins any more until that is lifted.
            --all        every run that goes on. Others may begin.

            The exit status is 1 if something had not ended after five seconds: it is listed. A run whose agentbox cannot \
            read what was revoked denies every call.

            EXAMPLES
              agentbox revoke --run 2026-11-24-0d1f --reason 'reads what it should not'
              agentbox revoke --tool git.push
              agentbox revoke --principal alice@example.com
              agentbox revoke --all
              agentbox revoke --lift --tool git.push
            """
    )

    @Option(name: .customLong("run"), help: "The run, or the beginning of its name: see `agentbox ps`.")
    var runName: String?

    @Option(help: "The tool, or the tool server.")
    var tool: String?

    @Option(help: "The principal, as intents name them.")
    var principal: String?

    @Flag(help: "Everything that runs now.")
    var all = false

    @Option(help: "Why, for the record.")
    var reason: String?

    @Flag(help: "Give back what was revoked of a tool or a principal.")
    var lift = false

    @Flag(help: "One JSON object.")
    var json = false

    func validate() throws {
        let scopes = [runName != nil, tool != nil, principal != nil, all].count { $0 }
        guard scopes == 1 else { throw ValidationError("give one of --run, --tool, --principal and --all") }
        if lift && (runName != nil || all) {
            throw ValidationError("--lift takes --tool or --principal: a run that was revoked is over")
        }
        if [runName, tool, principal].contains("") { throw ValidationError("the name is empty") }
        if let reason, reason.utf8.count > 4096 { throw ValidationError("the reason is longer than 4096 bytes") }
    }

    func run() async throws {
        let revoker = try await Revoker(try Home.open())
        let scope = try await scope(revoker)
        if lift { return try await giveBack(scope, revoker) }
        let result = try await revoker.revoke(scope, reason: reason)
        if json {
            Terminal.print(json: result.json)
        } else {
            let counts = [(result.runs, "run"), (result.calls, "call"), (result.approvals, "question")]
            let words = counts.map { "\($0.0) \($0.1)\($0.0 == 1 ? "" : "s")" }.joined(separator: ", ")
            Terminal.print("revoked: \(words) ended")
            switch scope {
            case .tool(let name):
                Terminal.print("\(name) is revoked until `agentbox revoke --lift --tool \(name)`")
            case .principal(let name):
                Terminal.print(
                    "\(VisibleText.line(name)) is revoked until `agentbox revoke --lift --principal \(VisibleText.line(name))`"
                )
            case .run, .all: break
            }
            for name in result.remaining { Terminal.print("  has not ended: \(VisibleText.line(name))") }
        }
        if let problem = result.problem {
            Terminal.complain(problem)
            Terminal.note("it is revoked, and that is not on record")
            throw ExitCode(ExitStatus.agentboxError)
        }
        if !result.remaining.isEmpty { throw ExitCode(ExitStatus.checkFailed) }
    }

    private func scope(_ revoker: Revoker) async throws -> RevocationScope {
        if let runName { return try await revoker.scope(ofRun: runName) }
        // What was revoked may have been removed since.
        if let tool { return lift ? .tool(tool) : try revoker.scope(ofTool: tool) }
        if let principal { return .of(principal: principal) }
        return .all
    }

    private func giveBack(_ scope: RevocationScope, _ revoker: Revoker) async throws {
        let wasRevoked = try await revoker.lift(scope, reason: reason)
        if json { return Terminal.print(json: ["scope": scope.json, "lifted": .bool(wasRevoked)]) }
        Terminal.print(wasRevoked ? "lifted" : "it was not revoked")
    }
}
