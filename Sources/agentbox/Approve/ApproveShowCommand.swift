import Approvals
import ArgumentParser
import Diagnostics
import LinuxIO
import Registry
import Runs
import Store
import StrictJSON

/// `agentbox approve show`
struct ApproveShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show exactly what a call asks for.",
        discussion: """
            What is shown is what an approval is bound to, with the call itself: arguments, files, tool, sandbox, \
            limits. With --statement the exact bytes to sign are printed and nothing else, for a key on another machine:

            EXAMPLES
              agentbox approve show k3f9x2mq
              agentbox approve show k3f9x2mq --statement --as bob@example.com > statement
              ssh-keygen -Y sign -f id_ed25519_sk -n approval@agentbox.dev statement
              agentbox approve allow k3f9x2mq --statement statement --signature statement.sig
            """
    )

    @Argument(help: "The request; several for a plan.")
    var requests: [String]

    @Flag(help: "Print the bytes to sign, and nothing else.")
    var statement = false

    @Flag(help: "The statement says no.")
    var deny = false

    @Option(name: .customLong("as"), help: "Your name in the allowed signers file; default: the task's principal.")
    var name: String?

    @Option(help: "Why, as part of the statement.")
    var reason: String?

    @OptionGroup
    var scope: ScopeOptions

    @Flag(help: "One JSON object a request.")
    var json = false

    func validate() throws {
        if requests.isEmpty { throw ValidationError("name a request: agentbox approve list") }
        try scope.check(requests)
    }

    func run() async throws {
        let desk = try await ApprovalDesk.open(try Home.open())
        let first = try await desk.approval(requests[0])
        if statement {
            let draft = try await desk.draft(
                first.id, deny ? .deny : .allow, scope: try scope.scope(requests),
                approver: name ?? first.request.principal, reason: reason)
            Terminal.printRaw(String(decoding: draft.statement.bytes, as: UTF8.self))
            return
        }
        for id in requests {
            let record = try await desk.approval(id)
            let answers = try await desk.answers(to: id)
            if json {
                var object = record.json.objectValue ?? JSONObject()
                object["answers"] = .array(answers.map(\.summary))
                object["progress"] = ApprovalProgress(record, answers).json
                Terminal.print(json: .object(object))
            } else {
                Terminal.print(ApprovalLayout.fitted(record.shown, columns: Terminal.tableWidth))
                Terminal.print("request    \(record.id), \(Self.word(record))")
                for answer in answers { Terminal.print("answered   \(VisibleText.line(answer.words))") }
                if let progress = ApprovalProgress(record, answers).words {
                    Terminal.print("so far     \(VisibleText.line(progress))")
                }
            }
        }
        guard first.state == .pending, !json else { return }
        Terminal.note(first.howToAnswer)
    }

    private static func word(_ record: ApprovalRecord) -> String {
        record.state.rawValue + (record.reason.map { ": \(VisibleText.line($0))" } ?? "")
    }
}

extension ApprovalRecord {
    /// The commands, with a key where the local user's word is not enough.
    var howToAnswer: String {
        let isLocal = request.requirement.assuranceOfEach == .localUser
        return "answer with: agentbox approve allow \(id)\(isLocal ? "" : " --key FILE --as NAME"), "
            + "or: agentbox approve deny \(id)"
    }
}

extension GivenAnswer {
    /// Without what was signed.
    var summary: JSON {
        var object: JSONObject = [
            "verdict": .string(answer.verdict.rawValue), "scope": .string(answer.scope.statementScope.rawValue),
        ]
        object["reason"] = answer.reason.map(JSON.string)
        object["outcome"] = outcome?.json
        return .object(object)
    }

    var words: String {
        let outcome =
            switch outcome {
            case nil: "nobody has looked at it yet"
            case .granted: "granted"
            case .waiting(let missing): "counts; \(missing) more needed"
            case .denied: "denied"
            case .refused(_, let message, _): "refused: \(message)"
            }
        return "\(answer.verdict.rawValue) (\(answer.scope.statementScope.rawValue)): \(outcome)"
    }
}
