import Approvals
import ArgumentParser
import Diagnostics
import Glibc
import Registry
import Runs
import Store
import StrictJSON

/// One answer on its way: what it is about is shown, confirmed and proven, then it is given.
struct GivingAnswer {
    private let desk: ApprovalDesk
    private let draft: AnswerDraft
    private var answer: OfferedAnswer
    private let approver: ApproverOptions

    init(
        _ request: String, _ verdict: ApprovalStatement.Verdict, _ scope: OfferedAnswer.Scope, _ reason: String?,
        _ approver: ApproverOptions
    ) async throws {
        desk = try await ApprovalDesk.open(try Home.open())
        let record = try await desk.approval(request)
        draft = try await desk.draft(
            request, verdict, scope: scope, approver: approver.name ?? record.request.principal, reason: reason)
        answer = OfferedAnswer(to: request, verdict, scope: scope, reason: reason, proof: .localUser)
        self.approver = approver
    }

    /// On standard error: standard output is the answer's outcome.
    func show() {
        Terminal.printError(ApprovalLayout.fitted(draft.shown.text, columns: Terminal.errorTableWidth))
    }

    /// Where nobody can be asked, the command is the confirmation.
    func confirm() throws {
        guard isatty(STDIN_FILENO) == 1, isatty(STDERR_FILENO) == 1 else { return }
        tcflush(STDIN_FILENO, TCIFLUSH)
        Terminal.printError("type yes to allow it:")
        var word = readLine()?.lowercased()
        if word == "y" {
            Terminal.printError("the whole word is needed; type yes to allow it:")
            word = readLine()?.lowercased()
        }
        guard word == "yes" else {
            Terminal.note("nothing was allowed")
            throw ExitCode(ExitStatus.checkFailed)
        }
    }

    func give(asJSON: Bool) async throws {
        var answer = answer
        answer.shown = draft.shown.digest
        answer.proof = try await approver.proof(of: draft)
        let outcome = try await desk.answer(answer)
        if asJSON {
            Terminal.print(json: outcome.json, pretty: false)
        } else {
            switch outcome {
            case .granted: Terminal.print("allowed")
            case .waiting(let missing):
                Terminal.print("noted; \(missing) more \(missing == 1 ? "person has" : "people have") to say yes")
            case .denied: Terminal.print("denied")
            case .refused(_, let message, let remedy):
                Terminal.complain(CommandError("the answer counts for nothing: \(message)", remedy: remedy))
            }
        }
        if case .refused = outcome { throw ExitCode(ExitStatus.checkFailed) }
    }
}
