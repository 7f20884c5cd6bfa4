import Approvals
import ArgumentParser
import Diagnostics
import Registry
import Runs
import Store

/// `agentbox approve allow`
struct ApproveAllowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "allow",
        abstract: "Say yes to a call, once.",
        discussion: """
            What you say yes to is shown first; on a terminal you are asked to confirm it. Several requests of one run \
            are approved as a plan, with one signature. Exit status 1 if the answer counts for nothing, \
            or the request is over.

            EXAMPLES
              agentbox approve allow k3f9x2mq
              agentbox approve allow k3f9x2mq --key ~/.ssh/id_ed25519 --as bob@example.com
              agentbox approve allow k3f9x2mq w8pt4zcn            a plan
              agentbox approve allow k3f9x2mq --pattern '{path: {under: [docs]}}' --count 5 --for 1h
              agentbox approve allow k3f9x2mq --break-glass --reason "pager 4711: roll back" --key ~/.ssh/id_ed25519_sk
            """
    )

    @Argument(help: "The request; several for a plan.")
    var requests: [String]

    @OptionGroup
    var scope: ScopeOptions

    @OptionGroup
    var approver: ApproverOptions

    @Option(help: "Why; recorded.")
    var reason: String?

    @Flag(help: "Don't ask for a confirmation on the terminal.")
    var yes = false

    @Flag(help: "One JSON object with what became of the answer.")
    var json = false

    func validate() throws {
        if requests.isEmpty { throw ValidationError("name a request: agentbox approve list") }
        try scope.check(requests)
        try approver.check()
        if scope.breakGlass, reason == nil { throw ValidationError("say why the glass is broken: --reason TEXT") }
    }

    func run() async throws {
        let giving = try await GivingAnswer(requests[0], .allow, try scope.scope(requests), reason, approver)
        if !json { giving.show() }
        if !yes, !json { try giving.confirm() }
        try await giving.give(asJSON: json)
    }
}
