import Approvals
import ArgumentParser
import Diagnostics
import Registry
import Runs
import Store

/// `agentbox approve deny`
struct ApproveDenyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deny",
        abstract: "Say no to a call.",
        discussion: """
            The agent is told the reason. After three noes to calls of one kind nobody is asked any more in that run, \
            until `agentbox approve resume RUN`. Whoever started the run may say no, and anybody who could say yes.

            EXAMPLES
              agentbox approve deny k3f9x2mq
              agentbox approve deny k3f9x2mq --reason "push to a branch of your own"
            """
    )

    @Argument(help: "The request; several at once.")
    var requests: [String]

    @OptionGroup
    var approver: ApproverOptions

    @Option(help: "Why; recorded, and told to the agent.")
    var reason: String?

    @Flag(help: "One JSON object with what became of each answer.")
    var json = false

    func validate() throws {
        if requests.isEmpty { throw ValidationError("name a request: agentbox approve list") }
        try approver.check()
        if requests.count > 1, approver.signature != nil {
            throw ValidationError("a signature is about one request")
        }
    }

    func run() async throws {
        for request in requests {
            let giving = try await GivingAnswer(request, .deny, .once, reason, approver)
            try await giving.give(asJSON: json)
        }
    }
}
